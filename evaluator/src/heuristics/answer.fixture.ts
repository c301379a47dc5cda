import type { Answer } from './answer.ts';

/** An answer as tests want it; everything else unknown. */
export function answerOf(known: Partial<Answer>): Answer {
  return { text: undefined, finishReason: 'unknown', hasToolCalls: false, outputTokens: undefined, durationMs: undefined, costUsd: undefined, ...known };
}
