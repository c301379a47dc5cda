import type { Answer } from './answer.ts';

/**
 * Characters of the answer (UTF-16 units). One unit only: without the text there is no length, since tokens in its place would make a baseline of two units.
 * An answer that only calls tools has none.
 */
export function length(answer: Answer): number | undefined {
  if (answer.text === undefined) return undefined;
  return answer.text === '' && answer.hasToolCalls ? undefined : answer.text.length;
}
