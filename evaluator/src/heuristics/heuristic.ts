import type { SignalName } from '@understudy/contracts/signal';
import type { Answer } from './answer.ts';

/** What a heuristic found in one answer. */
export interface Finding {
  /** In the unit of its signal: 0 or 1 of a rate, 0 to 1 of a score, else a number. */
  readonly score: number;
  /** Why, in short fixed words for people, such as `json:fenced`. */
  readonly flags?: readonly string[];
}

/** One signal of an answer. It has no memory and does no I/O, and its work is bounded for every text. */
export interface Heuristic {
  readonly signal: SignalName;
  /** Counts up whenever the same answer may get another score: baselines of another version do not compare. */
  readonly version: number;
  /** Undefined: not applicable, or not known; never 0 then. */
  score(answer: Answer): Finding | undefined;
}

/** The two findings of a rate that has no more to say: made once, since most calls give them. */
export const GOOD: Finding = Object.freeze({ score: 0 });
export const BAD: Finding = Object.freeze({ score: 1 });

/** A bad finding with its reasons; to be made once, when the file is loaded. */
export function bad(...flags: string[]): Finding {
  return Object.freeze({ score: 1, flags: Object.freeze(flags) });
}

/** A number as a finding. */
export function measured(score: number | undefined): Finding | undefined {
  return score === undefined ? undefined : { score };
}

/** 0 or 1 as a finding. */
export function rated(score: number | undefined, whenBad: Finding): Finding | undefined {
  if (score === undefined) return undefined;
  return score === 1 ? whenBad : GOOD;
}
