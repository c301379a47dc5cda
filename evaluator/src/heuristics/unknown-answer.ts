import type { Answer } from './answer.ts';

/** An answer of which nothing is known. */
export const UNKNOWN_ANSWER: Answer = {
  text: undefined, finishReason: 'unknown', hasToolCalls: false, outputTokens: undefined, durationMs: undefined, costUsd: undefined,
  inputText: undefined, questionText: undefined, systemText: undefined, toolText: undefined, toolCalls: undefined, toolDefinitions: undefined, previousToolCalls: undefined,
  inputTokens: undefined, inputCharacters: undefined, firstChunkMs: undefined, wantsJson: undefined, expect: {}, previousValues: undefined,
};
