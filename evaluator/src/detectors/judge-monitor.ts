import type { BaselineStatistics, Sampling } from '@understudy/contracts/evidence';
import { boundedBets, initialBoundedState, updateBounded } from './bounded-score-e-sr.ts';
import { type ChangePoint, followChange, initialChangePoint } from './change-point.ts';
import { alertingNull, DEFAULT_TOLERANCE, switchingNull, usableNull } from './null-rates.ts';
import { feedRateAgainst, type RateStream, rateStream } from './rate-stream.ts';

/** One null of the judge's badness. */
interface JudgeTest {
  /** Null of the mean badness of all calls; undefined: off. */
  readonly m: number | undefined;
  readonly mean: { readonly state: number[]; statistic: number };
  /** Against the share of calls that a heuristic flagged and the judge confirmed. */
  readonly confirmed: RateStream;
}

/**
 * Quality from a judged sample. With Y the badness (1 − score) of a call, f its expected badness from the baseline by whether a heuristic flagged it, π the probability
 * with which it was drawn, ξ whether it was:
 *
 *     Z = f + (ξ/π)(Y − f)      E[Z | past] = E[Y | past] for any f and any π that is known before the call
 *
 * goes into a bounded e-SR against the mean null: it sees whatever the judge sees. Beside it, x = Y of flagged calls that were judged and 0 of all plain calls goes
 * into an e-SR against its own null, with π of the flagged calls: no weight 1/π, so the judge's errors on plain calls do not blur it, and it finds what the heuristics
 * point at many times sooner. The statistic is the mean of both, so the bound on false alarms holds for both together. Source: detection.md §3 (active inference:
 * Zrnic, Candès 2024; prediction-powered e-values: Csillag, Struchiner, Goedert 2025).
 */
export interface JudgeMonitor {
  readonly kind: 'judge';
  readonly signal: 'judge';
  readonly baselineMean: number | undefined;
  readonly expected: { readonly flagged: number; readonly plain: number };
  readonly alerting: JudgeTest;
  readonly switching: JudgeTest;
  /** Mean badness lately, each judged call by 1/π. */
  recent: number | undefined;
  change: ChangePoint;
}

type ScoreBaseline = Extract<BaselineStatistics, { kind: 'score' }>;

/** What became known of one call. `badness` undefined: not drawn. */
export interface JudgeObservation {
  readonly flagged: boolean;
  readonly sampling: Sampling;
  readonly badness: number | undefined;
}

const RECENT_WEIGHT = 0.05;
const DATING_BET = 0.2;
const LEAST_PROBABILITY = 0.01;

export function createJudgeMonitor(baseline: ScoreBaseline | undefined, settings: { tolerance?: number | undefined; max?: number | undefined }): JudgeMonitor {
  const { tolerance = DEFAULT_TOLERANCE, max } = settings;
  const sampled = baseline?.sampled;
  const events = baseline === undefined ? 0 : baseline.mean * baseline.calls;
  const confirmed = sampled === undefined ? undefined : confirmedEvents(sampled);
  return {
    kind: 'judge', signal: 'judge', baselineMean: baseline?.mean, expected: { flagged: sampled?.flaggedMean ?? baseline?.mean ?? 0, plain: sampled?.plainMean ?? baseline?.mean ?? 0 },
    alerting: judgeTest(baseline && alertingNull(events, baseline.calls), confirmed && alertingNull(confirmed.events, confirmed.calls)),
    switching: judgeTest(max === undefined ? baseline && switchingNull(events, baseline.calls, tolerance) : usableNull(max), confirmed && switchingNull(confirmed.events, confirmed.calls, tolerance)),
    recent: undefined, change: initialChangePoint(),
  };
}

/** Flagged and confirmed calls among all, as sure as the fewer of the two numbers of judged calls makes it. */
function confirmedEvents({ flaggedShare, flaggedCalls, flaggedMean, plainCalls }: NonNullable<ScoreBaseline['sampled']>): { events: number; calls: number } | undefined {
  const calls = Math.round(flaggedShare === 0 ? plainCalls : Math.min(plainCalls / Math.max(1e-9, 1 - flaggedShare), flaggedCalls / flaggedShare));
  return calls < 1 ? undefined : { events: flaggedShare * flaggedMean * calls, calls };
}

function judgeTest(m: number | undefined, confirmedNull: number | undefined): JudgeTest {
  return { m, mean: { state: initialBoundedState(), statistic: 0 }, confirmed: rateStream(confirmedNull) };
}

/** Feeds one call, drawn or not; changes the monitor in place. */
export function observeJudge(monitor: JudgeMonitor, observation: JudgeObservation, atMs: number): void {
  const { flagged, badness } = observation;
  const sampling = { flagged: Math.max(LEAST_PROBABILITY, observation.sampling.flagged), plain: Math.max(LEAST_PROBABILITY, observation.sampling.plain) };
  const expected = flagged ? monitor.expected.flagged : monitor.expected.plain;
  const corrected = badness === undefined ? expected : expected + (badness - expected) / (flagged ? sampling.flagged : sampling.plain);
  const lowest = Math.min(monitor.expected.flagged * (1 - 1 / sampling.flagged), monitor.expected.plain * (1 - 1 / sampling.plain));
  const confirmed = flagged ? (badness ?? 0) : 0;
  for (const test of [monitor.alerting, monitor.switching]) {
    if (test.m !== undefined) test.mean.statistic = updateBounded(test.mean.state, corrected, test.m, boundedBets(test.m, lowest));
    if (test.confirmed.m !== undefined) feedRateAgainst(test.confirmed, test.confirmed.m * sampling.flagged, confirmed);
  }
  if (badness !== undefined) showJudged(monitor, badness, { expected, share: Math.min(sampling.flagged, sampling.plain) / (flagged ? sampling.flagged : sampling.plain) }, atMs);
}

/** What people are shown of a judged call; `share`: the weight of its kind, which is drawn more often than the other, beside that. */
function showJudged(monitor: JudgeMonitor, badness: number, { expected, share }: { readonly expected: number; readonly share: number }, atMs: number): void {
  monitor.recent = monitor.recent === undefined ? badness : monitor.recent + RECENT_WEIGHT * share * (badness - monitor.recent);
  const m = monitor.alerting.m ?? monitor.switching.m;
  if (m === undefined) return;
  // The change is dated by the judged calls alone, each held against what is usual for its kind, with a bet in the middle of the mixture.
  const usual = Math.max(m, expected);
  if (usual < 1) followChange(monitor.change, 1 + (DATING_BET / usual) * (badness - usual), badness, atMs, share);
}

/** Each the mean of its two tests, to be held against the stream's threshold. */
export function judgeStatistics(monitor: JudgeMonitor): { alerting: number; switching: number } {
  return { alerting: statisticOf(monitor.alerting), switching: statisticOf(monitor.switching) };
}

function statisticOf(test: JudgeTest): number {
  return test.confirmed.m === undefined ? test.mean.statistic : (test.mean.statistic + test.confirmed.statistic) / 2;
}

/** The streams that start again together. */
export function judgeStreams(monitor: JudgeMonitor): { readonly state: number[]; statistic: number }[] {
  return [monitor.alerting, monitor.switching].flatMap((test) => [test.mean, test.confirmed]);
}
