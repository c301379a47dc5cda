import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import { SIGNAL_NAMES, signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { streamThreshold } from '../detectors/threshold.ts';
import type { Finding } from '../overrides/lead.ts';
import { judgedBy } from '../policy/judge-change.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { type BadTime, readBaseline, type SignalBaselines } from './read-baseline.ts';
import { readTraffic } from './read-traffic.ts';

/** What decide knows of a (route, target): whether it has a baseline, and whether its calls may make one now. */
export interface LearningTarget {
  readonly project: string;
  readonly route: string;
  readonly target: string;
  readonly calls: number;
  /** Signals that have a frozen baseline; empty while learning. */
  readonly learned: readonly SignalName[];
  /** False during an incident or a suspicion: bad calls must not become what healthy looks like. */
  readonly mayLearn: boolean;
  /** Times of past incidents of the target: their calls are left out. */
  readonly badTimes?: readonly BadTime[];
}

type BaselineFinding = Extract<Finding, { kind: 'baseline' }>;

/** A baseline that was told and has not come back in decide's state is told again after this time. */
const TELL_AGAIN_MS = 10_000;
/** Signals that too few calls carried at first are looked for again after this time, then after twice as long each time: most routes never carry some of them. */
const LOOK_AGAIN_MS = 60_000;
const MOST_LOOK_AGAIN_MS = 3_600_000;
const LOOKS_FOR_THE_JUDGE = 60;
/** A signal is learned when at least this share of the calls that a baseline needs carried it. */
const LEAST_SHARE = 0.5;
const LEAST_CALLS = 50;
/** Traffic is looked at this often: thresholds follow it slowly. */
const TRAFFIC_EVERY_MS = 60_000;
/** A threshold is told again when it moved by more than this factor. */
const RETELL_FACTOR = 1.5;

/**
 * Freezes the baseline of each (route, target) once it has enough stored calls, and keeps every stream's threshold
 * A = max(1e5, n / (budget · w)), w = 1 / streams, up to date; those that switch share the budget, and those that only alert another one of the same size. A two-sided signal is one stream: its statistic is the mean of the sides.
 */
export class BaselineLearner {
  readonly #store: AnalyticsStore;
  readonly #toldAtMs = new Map<string, number>();
  /** Looks since the first baseline. */
  readonly #looked = new Map<string, number>();
  readonly #toldThreshold = new Map<string, { threshold: number; signals: string }>();
  #callsPerSecond = new Map<string, number>();
  #trafficAtMs = Number.NEGATIVE_INFINITY;

  constructor(store: AnalyticsStore) {
    this.#store = store;
  }

  /** What to tell decide now: new baselines together with their thresholds, and thresholds that have moved. */
  async run(policy: Policy, targets: readonly LearningTarget[], nowMs: number): Promise<Finding[]> {
    const findings: Finding[] = [];
    const learned: LearningTarget[] = [];
    for (const target of targets) {
      const finding = await this.#freeze(policy, target, nowMs);
      const signals = [...target.learned, ...(finding === undefined ? [] : (Object.keys(finding.signals) as SignalName[]))];
      if (finding !== undefined) findings.push(finding);
      if (signals.length > 0) learned.push({ ...target, learned: signals });
    }
    return [...findings, ...(await this.#thresholds(policy, learned, nowMs))];
  }

  async #freeze(policy: Policy, target: LearningTarget, nowMs: number): Promise<BaselineFinding | undefined> {
    const { minCalls } = routePolicyOf(policy, target.route).baseline;
    if (target.learned.length === SIGNAL_NAMES.length || !target.mayLearn || target.calls < minCalls) return undefined;
    const by = judgedBy(policy, target.route);
    // Another judge is looked for as the first one was.
    const key = JSON.stringify([keyOf(target), by]);
    const looked = this.#looked.get(key) ?? 0;
    const everyMs = isWaiting(policy, target, looked) ? TELL_AGAIN_MS : Math.min(MOST_LOOK_AGAIN_MS, LOOK_AGAIN_MS * 2 ** Math.min(looked, 20));
    if (nowMs - (this.#toldAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < everyMs) return undefined;
    const baselines = await readBaseline(this.#store, { ...target, nowMs, judgedBy: by });
    const stored = Math.max(0, ...Object.values(baselines).map((statistics) => statistics?.calls ?? 0));
    // Archive may still be behind what decide has counted.
    if (stored < minCalls) return undefined;
    this.#toldAtMs.set(key, nowMs);
    this.#looked.set(key, target.learned.length === 0 ? 0 : looked + 1);
    const signals = ready(baselines, target.learned, Math.max(LEAST_CALLS, minCalls * LEAST_SHARE));
    return Object.keys(signals).length === 0 ? undefined : { kind: 'baseline', v: 1, atMs: nowMs, project: target.project, route: target.route, target: target.target, signals };
  }

  async #thresholds(policy: Policy, learned: readonly LearningTarget[], nowMs: number): Promise<Finding[]> {
    const isNew = learned.some((target) => this.#toldThreshold.get(keyOf(target))?.signals !== target.learned.join());
    if (learned.length === 0 || (!isNew && nowMs - this.#trafficAtMs < TRAFFIC_EVERY_MS)) return [];
    this.#trafficAtMs = nowMs;
    this.#callsPerSecond = new Map((await readTraffic(this.#store, learned, nowMs)).map((traffic) => [keyOf(traffic), traffic.callsPerSecond]));
    const streams = { switch: 0, alert: 0 };
    for (const target of learned) for (const signal of target.learned) streams[actionIn(policy, target.route, signal)] += 1;
    return learned.flatMap((target) => this.#threshold(policy, target, streams, nowMs));
  }

  #threshold(policy: Policy, target: LearningTarget, streams: Streams, nowMs: number): Finding[] {
    const key = keyOf(target);
    const thresholdOf = (count: number) => streamThreshold({ callsPerSecond: this.#callsPerSecond.get(key) ?? 0, falseFailoversPer90Days: policy.falseFailoversPer90Days, weight: 1 / Math.max(1, count) });
    const thresholds = { switch: thresholdOf(streams.switch), alert: thresholdOf(streams.alert) };
    const threshold = thresholds.switch;
    const told = this.#toldThreshold.get(key);
    const signals = target.learned.join();
    if (told?.signals === signals && threshold < told.threshold * RETELL_FACTOR && threshold > told.threshold / RETELL_FACTOR) return [];
    this.#toldThreshold.set(key, { threshold, signals });
    return [{ kind: 'thresholds', v: 1, atMs: nowMs, project: target.project, route: target.route, streams: target.learned.map((signal) => ({ target: target.target, signal, threshold: thresholds[actionIn(policy, target.route, signal)] })) }];
  }
}

/** Before the first baseline; and a while longer for the judge, which sees only a sample. */
function isWaiting({ judge }: Policy, { learned }: LearningTarget, looked: number): boolean {
  return learned.length === 0 || (judge !== undefined && looked < LOOKS_FOR_THE_JUDGE && !learned.includes('judge'));
}

/** How many tests share the budget of false failovers, and how many that of false alerts, which is as large. */
interface Streams {
  readonly switch: number;
  readonly alert: number;
}

function actionIn(policy: Policy, route: string, signal: SignalName): 'switch' | 'alert' {
  return (routePolicyOf(policy, route).signals[signal]?.action ?? signalDefinition(signal).defaultAction) === 'switch' ? 'switch' : 'alert';
}

/** What is not frozen yet and was measured on enough calls. */
function ready(baselines: SignalBaselines, learned: readonly SignalName[], leastCalls: number): SignalBaselines {
  return Object.fromEntries(Object.entries(baselines).filter(([signal, statistics]) => (statistics?.calls ?? 0) >= (signal === 'judge' ? LEAST_CALLS : leastCalls) && !learned.includes(signal as SignalName)));
}

function keyOf({ project, route, target }: { project: string; route: string; target: string }): string {
  return JSON.stringify([project, route, target]);
}
