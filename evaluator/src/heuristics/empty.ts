import type { Answer } from './answer.ts';

/** Anything that a reader would see: no space, no control or format character (zero-width ones too). */
const VISIBLE = /[^\s\p{Z}\p{C}]/u;

/** 1 when a call that succeeded answered nothing. Calls of tools are an answer; what the provider withheld is a refusal. */
export function empty(answer: Answer): number | undefined {
  if (answer.hasToolCalls) return 0;
  if (answer.finishReason === 'content_filter' || answer.finishReason === 'refusal') return undefined;
  if (answer.text === undefined) return answer.outputTokens === 0 ? 1 : undefined;
  return VISIBLE.test(answer.text) ? 0 : 1;
}
