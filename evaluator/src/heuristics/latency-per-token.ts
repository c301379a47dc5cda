import type { Answer } from './answer.ts';

/**
 * Below this many output tokens the fixed cost of a call (queue, prompt, first token) is most of its time and seconds per token would measure the length of the answer:
 * on real answers of four models 1-5 tokens cost 5 to 14 times as much each as long answers do, 10-20 tokens 2 to 3 times, from 20 on at most 1.1 to 1.5 times.
 */
export const LEAST_OUTPUT_TOKENS = 20;

/** Seconds per output token over the whole call, so that a slow first token is seen too. */
export function latencyPerToken(answer: Answer): number | undefined {
  const { durationMs, outputTokens } = answer;
  if (durationMs === undefined || outputTokens === undefined || outputTokens < LEAST_OUTPUT_TOKENS || !(durationMs > 0)) return undefined;
  return durationMs / 1000 / outputTokens;
}
