import type { Answer } from './answer.ts';
import { UNKNOWN_ANSWER } from './unknown-answer.ts';

/** An answer as tests want it; everything else unknown. */
export function answerOf(known: Partial<Answer>): Answer {
  return { ...UNKNOWN_ANSWER, ...known };
}
