import { boundedBets, initialBoundedState, updateBounded } from '@understudy/evaluator/detectors/bounded-score-e-sr';
import { createJudgeMonitor, type JudgeObservation, judgeStatistics, observeJudge } from '@understudy/evaluator/detectors/judge-monitor';
import { newJudgedInOrder, noteDrawn, noteUndrawn, settleDrawn } from '@understudy/evaluator/detectors/judged-in-order';
import { samplingPlan } from '@understudy/evaluator/sampling/plan';
import { JudgedTraffic } from '@understudy/evaluator/sampling/traffic';
import { type Random, seededRandom } from './random.ts';
import { type Mean, meanRunLength, type Stream } from './streams.ts';

/** Answers that are bad with some rate, heuristics that see some of them, and a judge that errs. */
export interface JudgedScene {
  readonly healthy: number;
  readonly degraded: number;
  readonly heuristic: { readonly sensitivity: number; readonly falsePositive: number };
  readonly judge: { readonly sensitivity: number; readonly specificity: number };
  /** Share of the calls that may be judged. */
  readonly budget: number;
}

/** The table of detection.md §3, with the judge of the goal. */
export const SCENE: JudgedScene = {
  healthy: 0.02, degraded: 0.1, heuristic: { sensitivity: 0.6, falsePositive: 0.03 }, judge: { sensitivity: 0.8, specificity: 0.9 }, budget: 0.1,
};
/** What is usual is known here, as in the table of delays; with a baseline of few calls all schemes are slower. */
const KNOWN_CALLS = 1e7;
/** Calls of one record: they share a plan. */
const RECORD_CALLS = 20;

interface Call {
  readonly flagged: boolean;
  /** What the judge would say. */
  readonly badness: 0 | 1;
}

function callOf(random: Random, { heuristic, judge }: JudgedScene, badShare: number): Call {
  const bad = random.chance(badShare);
  return { flagged: random.chance(bad ? heuristic.sensitivity : heuristic.falsePositive), badness: random.chance(bad ? judge.sensitivity : 1 - judge.specificity) ? 1 : 0 };
}

/** What a judge that sees every call would find while all is well. */
function healthyMeans({ healthy, heuristic, judge }: JudgedScene) {
  const flaggedShare = healthy * heuristic.sensitivity + (1 - healthy) * heuristic.falsePositive;
  const badAmongFlagged = (healthy * heuristic.sensitivity) / flaggedShare;
  const badAmongPlain = (healthy * (1 - heuristic.sensitivity)) / (1 - flaggedShare);
  const meanOf = (bad: number) => bad * judge.sensitivity + (1 - bad) * (1 - judge.specificity);
  return { mean: meanOf(healthy), flaggedShare, flaggedMean: meanOf(badAmongFlagged), plainMean: meanOf(badAmongPlain) };
}

export interface ActiveOptions {
  readonly test?: 'alerting' | 'switching';
  /** Calls of the baseline, as if all had been judged. */
  readonly baselineCalls?: number;
  /** Statistic from which on the target is in doubt and judged more. */
  readonly doubtFrom?: number;
  readonly tally?: { calls: number; judged: number };
  /** Verdicts come together, every so many calls. */
  readonly verdictsEvery?: number;
}

/** Draws by the product's own plan, which follows the share of flagged calls, into its own monitor; the statistic is held against A a call. */
export function activeStream(random: Random, scene: JudgedScene, badShare: number, options: ActiveOptions = {}): Stream {
  const { test = 'alerting', baselineCalls = KNOWN_CALLS, doubtFrom = Number.POSITIVE_INFINITY, tally = { calls: 0, judged: 0 }, verdictsEvery = 1 } = options;
  const { mean, flaggedShare, flaggedMean, plainMean } = healthyMeans(scene);
  const monitor = createJudgeMonitor({ kind: 'score', calls: baselineCalls, mean, sampled: { flaggedShare, flaggedCalls: baselineCalls * flaggedShare, flaggedMean, plainCalls: baselineCalls * (1 - flaggedShare), plainMean } }, {});
  const traffic = new JudgedTraffic();
  traffic.note('a', 0, { calls: 1_000, flagged: Math.round(1_000 * flaggedShare), draws: 0 });
  const order = newJudgedInOrder();
  const verdicts: [id: string, badness: number][] = [];
  // Many calls may be fed at once: an alarm is any of them.
  let highest = 0;
  const feed = (observation: JudgeObservation): void => {
    observeJudge(monitor, observation, 0);
    highest = Math.max(highest, judgeStatistics(monitor)[test]);
  };
  let sampling = { flagged: 1, plain: 1 };
  let record = { calls: RECORD_CALLS, flagged: 0, draws: 0 };
  const startRecord = (): void => {
    traffic.note('a', 0, record);
    record = { calls: 0, flagged: 0, draws: 0 };
    const doubt = judgeStatistics(monitor)[test] >= doubtFrom ? 'suspicion' : 'none';
    sampling = samplingPlan({ budget: scene.budget, flaggedShare: traffic.view('a', 0).flaggedShare, doubt, belowFloor: false }).sampling;
  };
  return () => {
    if (record.calls >= RECORD_CALLS) startRecord();
    const { flagged, badness } = callOf(random, scene, badShare);
    const drawn = random.chance(flagged ? sampling.flagged : sampling.plain);
    record.calls += 1;
    if (flagged) record.flagged += 1;
    tally.calls += 1;
    highest = judgeStatistics(monitor)[test];
    if (drawn) {
      tally.judged += 1;
      verdicts.push([String(tally.calls), badness]);
      noteDrawn(order, String(tally.calls), flagged, sampling, feed);
    } else noteUndrawn(order, flagged, sampling, feed);
    if (tally.calls % verdictsEvery === 0) for (const [id, verdict] of verdicts.splice(0)) settleDrawn(order, id, verdict, feed);
    return highest;
  };
}

/**
 * The same share of the calls, drawn without looking, into the bounded e-SR of the judged calls alone. Its time runs in judged calls: held against A · budget it
 * has the same guarantee in calls as the other has with A.
 */
export function uniformStream(random: Random, scene: JudgedScene, badShare: number): Stream {
  const { mean } = healthyMeans(scene);
  const state = initialBoundedState();
  const bets = boundedBets(mean);
  let statistic = 0;
  return () => {
    const { badness } = callOf(random, scene, badShare);
    if (random.chance(scene.budget)) statistic = updateBounded(state, badness, mean, bets) / scene.budget;
    return statistic;
  };
}

export interface SamplingRow {
  readonly delay: Mean;
  /** Share of the calls that was judged after the change. */
  readonly judged: number;
}

export function samplingTable(seed: number, runs: number, scene: JudgedScene, threshold: number): { readonly active: SamplingRow; readonly uniform: SamplingRow } {
  const random = seededRandom(seed);
  const tally = { calls: 0, judged: 0 };
  const active = meanRunLength(() => activeStream(random, scene, scene.degraded, { tally }), threshold, runs);
  const uniform = meanRunLength(() => uniformStream(random, scene, scene.degraded), threshold, runs);
  return { active: { delay: active, judged: tally.judged / tally.calls }, uniform: { delay: uniform, judged: scene.budget } };
}

/** Mean time to a false alarm while nothing changes, the active scheme with its judging raised in doubt; runs that reach `mostCalls` count as that, so it is a lower bound. */
export function falseAlarmTimes(seed: number, runs: number, scene: JudgedScene, threshold: number, mostCalls: number, verdictsEvery = 1): { readonly active: Mean; readonly uniform: Mean } {
  const random = seededRandom(seed);
  return {
    active: meanRunLength(() => activeStream(random, scene, scene.healthy, { doubtFrom: threshold / 100, verdictsEvery }), threshold, runs, mostCalls),
    uniform: meanRunLength(() => uniformStream(random, scene, scene.healthy), threshold, runs, mostCalls),
  };
}

export function meanText({ mean, standardError }: Mean, digits = 0): string {
  return `${mean.toFixed(digits)} calls (99 % interval ${(mean - 2.58 * standardError).toFixed(digits)} to ${(mean + 2.58 * standardError).toFixed(digits)})`;
}

export function samplingText(name: string, { active, uniform }: ReturnType<typeof samplingTable>): string {
  return `${name}: active ${meanText(active.delay)}, ${(100 * active.judged).toFixed(1)} % judged after the change; uniform ${meanText(uniform.delay)}; ratio ${(active.delay.mean / uniform.delay.mean).toFixed(3)}`;
}
