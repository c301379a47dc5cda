import type { AnchorVerdict } from './anchors.ts';
import type { JudgeErrorReason } from './judge.ts';
import type { Vote } from './session-votes.ts';

/** Why a drawn call was not judged. */
export type SkipReason = 'budget-day' | 'budget-route' | 'calls-day' | 'calls-route' | 'reserve' | 'session-cap' | 'same-model' | 'quarantined' | 'too-late' | 'off' | 'no-content';

/** What a day (UTC) has cost, open reservations at their worst case included; `plain` is what neither a route in doubt nor the anchors took. */
export interface DayBook {
  readonly day: string;
  readonly usd: number;
  readonly calls: number;
  readonly plainUsd: number;
  readonly plainCalls: number;
  readonly anchorUsd: number;
  readonly anchorCalls: number;
  /** Judgements whose price nobody knows: only the number of calls bounds them. */
  readonly unpricedCalls: number;
  /** The worst case of the ask that last found no room in the day's money; gone with the next one that has room. */
  readonly refusedUsd?: number;
}

/** The same of one route, and what became of its drawn calls on that day. */
export interface RouteBook {
  readonly day: string;
  readonly usd: number;
  readonly calls: number;
  readonly judged: number;
  readonly excluded: number;
  readonly error: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** Whose answers were judged lately, oldest first. */
  readonly votes: readonly Vote[];
}

/** A drawn call whose turn has not come: where it stands in the log. */
export interface WaitingRequest {
  readonly offset: number;
  readonly index: number;
  readonly urgent: boolean;
  readonly receivedAtMs: number;
  /** Its conversation has its vote already: it was under way when its owner ended. */
  readonly hasVoted?: true;
}

export type AskedFor =
  | { readonly kind: 'request'; readonly offset: number; readonly index: number; readonly route: string; readonly receivedAtMs: number }
  | { readonly kind: 'control'; readonly item: string }
  | { readonly kind: 'anchor'; readonly item: string };

/** Room in the budget that is taken before the judge is asked. */
export interface Reservation {
  /** Rises by one with every reservation of the partition. */
  readonly number: number;
  readonly for: AskedFor;
  readonly mostUsd: number;
  readonly urgent: boolean;
  readonly day: string;
}

export interface HealthBook {
  /** The model that the rest is about. */
  readonly model: string;
  /** Whether the judge answered, the last 20 times, oldest first. */
  readonly answers: readonly boolean[];
  /** Whether it was right about items whose answer is known, the last 40 times. */
  readonly controls: readonly boolean[];
  readonly unreachable: boolean;
  /** Why it did not answer, the last time that it did not. */
  readonly lastError?: JudgeErrorReason;
  /** When it was last asked only to see whether it is well again. */
  readonly probedAtMs: number;
  readonly controlsAsked: number;
  readonly told?: { readonly health: string; readonly sinceMs: number; readonly atMs: number; readonly passedAtMs?: number };
}

export type AnchorResult = 'stored' | 'passed' | 'drifted' | 'unfinished';
export interface AnchorRunEnd { readonly atMs: number; readonly result: AnchorResult; readonly flips: number; readonly compared: number }

export interface AnchorsBook {
  /** Judge model and versions of the rubrics: verdicts under another key are not compared. */
  readonly key: string;
  readonly reference: ReadonlyMap<string, AnchorVerdict>;
  /** Answering models and fingerprints whose answers the anchors have looked at, newest last. */
  readonly identities: readonly string[];
  readonly identityChanged: boolean;
  /** They are due, and cost more than their share of the day's budget has left. */
  readonly unaffordable?: true;
  readonly run?: { readonly startedAtMs: number; readonly left: readonly string[]; readonly verdicts: ReadonlyMap<string, AnchorVerdict>; readonly identities: readonly string[] };
  readonly last?: AnchorRunEnd;
  readonly passedAtMs?: number;
  readonly driftedAtMs?: number;
}

/** What the judge role remembers of a partition of `llm.judge-requests`; changed in place by its turns. */
export interface JudgeState {
  /** The next request to be looked at: behind the offset that the step has committed while the judge is busy. */
  cursor: { readonly offset: number; readonly index: number };
  waiting: readonly WaitingRequest[];
  reserved: readonly Reservation[];
  nextNumber: number;
  /** When a request was last asked about. */
  lastAskedAtMs: number;
  day: DayBook;
  readonly routes: Map<string, RouteBook>;
  health: HealthBook;
  anchors: AnchorsBook;
}

export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function newDay(day: string): DayBook {
  return { day, usd: 0, calls: 0, plainUsd: 0, plainCalls: 0, anchorUsd: 0, anchorCalls: 0, unpricedCalls: 0 };
}

export function newRouteBook(day: string, votes: readonly Vote[] = []): RouteBook {
  return { day, usd: 0, calls: 0, judged: 0, excluded: 0, error: 0, skipped: {}, votes };
}

export function newHealth(model: string): HealthBook {
  return { model, answers: [], controls: [], unreachable: false, probedAtMs: 0, controlsAsked: 0 };
}

export function newAnchors(key: string): AnchorsBook {
  return { key, reference: new Map(), identities: [], identityChanged: false };
}

export function initialJudgeState(nextOffset: number): JudgeState {
  return {
    cursor: { offset: nextOffset, index: 0 }, waiting: [], reserved: [], nextNumber: 0, lastAskedAtMs: 0,
    day: newDay(utcDay(0)), routes: new Map(), health: newHealth(''), anchors: newAnchors(''),
  };
}

/** The book of a route for the day of the state. */
export function routeBookOf({ routes, day }: Pick<JudgeState, 'routes' | 'day'>, route: string): RouteBook {
  const book = routes.get(route);
  return book?.day === day.day ? book : newRouteBook(day.day, book?.votes);
}
