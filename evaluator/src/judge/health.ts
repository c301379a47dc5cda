import type { JudgeHealth } from '@understudy/contracts/evidence';
import type { JudgeOutcome } from './judge.ts';
import type { HealthBook } from './judge-state.ts';

const COUNTED_ANSWERS = 20;
const ERRORS_IN_A_ROW = 5;
const COUNTED_CONTROLS = 40;
/** Fewer prove nothing. */
const LEAST_CONTROLS = 10;
export const LEAST_ACCURACY = 0.9;
/** Reasons that say that the judge does not answer. What it cannot parse or refuses may be the work of the text: ten hostile answers must not look like an outage. */
const DOWN: ReadonlySet<string> = new Set(['timeout', 'rate-limited', 'provider', 'unauthorised', 'unreachable']);

/** Whether the judge answered; undefined when it was not asked (a kept verdict, hostile text, no place). */
export function answered(outcome: JudgeOutcome): boolean | undefined {
  if (outcome.kind === 'judged') return outcome.cached ? undefined : true;
  if (outcome.kind === 'excluded') return undefined;
  if (outcome.reason === 'overloaded') return undefined;
  return !DOWN.has(outcome.reason);
}

/** After an outage the first answer ends it, and what was before is forgotten. */
export function noteAnswer(book: HealthBook, hasAnswered: boolean): HealthBook {
  if (hasAnswered && book.unreachable) return { ...book, answers: [true], unreachable: false };
  const answers = [...book.answers, hasAnswered].slice(-COUNTED_ANSWERS);
  return { ...book, answers, unreachable: book.unreachable || isDown(answers) };
}

function isDown(answers: readonly boolean[]): boolean {
  const errors = answers.filter((hasAnswered) => !hasAnswered).length;
  return (answers.length >= ERRORS_IN_A_ROW && !answers.slice(-ERRORS_IN_A_ROW).includes(true)) || (answers.length === COUNTED_ANSWERS && errors > COUNTED_ANSWERS / 2);
}

export function noteControl(book: HealthBook, isRight: boolean): HealthBook {
  return { ...book, controls: [...book.controls, isRight].slice(-COUNTED_CONTROLS) };
}

/** Share of control items that it was right about; undefined while there were too few. */
export function controlAccuracy(controls: readonly boolean[]): number | undefined {
  return controls.length < LEAST_CONTROLS ? undefined : controls.filter((isRight) => isRight).length / controls.length;
}

export function isQuarantined(book: HealthBook): boolean {
  return (controlAccuracy(book.controls) ?? 1) < LEAST_ACCURACY;
}

/** What is told about the judge: that which keeps the rest from being known comes first. */
export function healthOf(facts: { readonly isOn: boolean; readonly book: HealthBook; readonly hasDrifted: boolean; readonly isSpent: boolean }): JudgeHealth {
  if (!facts.isOn) return 'off';
  if (facts.book.unreachable) return 'unreachable';
  if (isQuarantined(facts.book)) return 'quarantined';
  if (facts.hasDrifted) return 'drifted';
  return facts.isSpent ? 'spent' : 'healthy';
}
