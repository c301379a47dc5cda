import type { CallFacts } from '../heuristics/score-call.ts';
import type { Call } from './call-from-span.ts';

/** What the heuristics want to know of a call. */
export function factsOfCall(call: Call, costUsd: number | undefined): CallFacts {
  return {
    outputText: call.outputText, finishReason: call.finishReason, errorType: call.errorType, statusIsError: call.isError, hasToolCalls: call.hasToolCalls,
    durationMs: call.durationMs, outputTokens: call.outputTokens, costUsd,
    inputText: call.inputText, questionText: call.questionText, systemText: call.systemText, toolText: call.toolText,
    toolCalls: call.toolCalls, toolDefinitions: call.toolDefinitions, previousToolCalls: call.previousToolCalls,
    inputTokens: call.inputTokens, inputCharacters: call.inputCharacters, firstChunkMs: call.firstChunkMs, wantsJson: call.wantsJson,
    // Names hold no line break of their own weight: one that did would at most share a memory.
    series: `${call.project}\n${call.route}\n${call.target}`,
  };
}
