import type { CallFacts } from '../heuristics/score-call.ts';
import type { Call } from './call-from-span.ts';

/** What the heuristics want to know of a call. */
export function factsOfCall(call: Call, costUsd: number | undefined): CallFacts {
  return {
    outputText: call.outputText, finishReason: call.finishReason, errorType: call.errorType, statusIsError: call.isError, hasToolCalls: call.hasToolCalls,
    durationMs: call.durationMs, outputTokens: call.outputTokens, costUsd,
  };
}
