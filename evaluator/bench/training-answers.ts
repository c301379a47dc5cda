import { type LabelledAnswer, llmDrift, XSTEST_MODELS, xstest } from './labelled-data.ts';
import { ORDINARY_ANSWERS } from './ordinary-answers.ts';

/** Every tenth row of arithmetic is enough: they differ in their numbers only. */
const ARITHMETIC_STEP = 10;

/** What the classifier of refusals learns from; `without` names a file that is left out. */
export function trainingAnswers(without?: string): LabelledAnswer[] {
  const arithmetic = llmDrift('PRIME_FULL').filter((_, i) => i % ARITHMETIC_STEP === 0);
  return [...XSTEST_MODELS.flatMap(xstest), ...llmDrift('SENSITIVEQ'), ...llmDrift('LEETCODE_EASY'), ...arithmetic, ...ORDINARY_ANSWERS].filter(({ file }) => file !== without);
}
