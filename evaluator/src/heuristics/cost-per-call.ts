import type { Answer } from './answer.ts';

/** USD of the call. A model without a known price has no cost, rather than 0. */
export function costPerCall(answer: Answer): number | undefined {
  return answer.costUsd !== undefined && answer.costUsd >= 0 && Number.isFinite(answer.costUsd) ? answer.costUsd : undefined;
}
