import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import { SIGNALS, type SignalName } from '@understudy/contracts/signal';
import { streamThreshold } from '../detectors/threshold.ts';
import type { Finding } from '../overrides/lead.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { readBaseline } from './read-baseline.ts';
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
}

type BaselineFinding = Extract<Finding, { kind: 'baseline' }>;

/** A baseline that was told and has not come back in decide's state is told again after this time. */
const TELL_AGAIN_MS = 10_000;
/** Traffic is looked at this often: thresholds follow it slowly. */
const TRAFFIC_EVERY_MS = 60_000;
/** A threshold is told again when it moved by more than this factor. */
const RETELL_FACTOR = 1.5;

/**
 * Freezes the baseline of each (route, target) once it has enough stored calls, and keeps every stream's threshold
 * A = max(1e5, n / (budget · w)), w = 1 / streams, up to date.
 */
export class BaselineLearner {
  readonly #store: AnalyticsStore;
  readonly #toldAtMs = new Map<string, number>();
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
      if (target.learned.length > 0) learned.push(target);
      if (target.learned.length > 0 || !target.mayLearn || target.calls < routePolicyOf(policy, target.route).baseline.minCalls) continue;
      const finding = await this.#freeze(policy, target, nowMs);
      if (finding === undefined) continue;
      findings.push(finding);
      learned.push({ ...target, learned: Object.keys(finding.signals) as SignalName[] });
    }
    return [...findings, ...(await this.#thresholds(policy, learned, nowMs))];
  }

  async #freeze(policy: Policy, target: LearningTarget, nowMs: number): Promise<BaselineFinding | undefined> {
    const key = keyOf(target);
    if (nowMs - (this.#toldAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < TELL_AGAIN_MS) return undefined;
    const signals = await readBaseline(this.#store, target);
    const stored = Math.max(0, ...Object.values(signals).map((statistics) => statistics.calls));
    // Archive may still be behind what decide has counted.
    if (stored < routePolicyOf(policy, target.route).baseline.minCalls) return undefined;
    this.#toldAtMs.set(key, nowMs);
    return { kind: 'baseline', v: 1, atMs: nowMs, project: target.project, route: target.route, target: target.target, signals };
  }

  async #thresholds(policy: Policy, learned: readonly LearningTarget[], nowMs: number): Promise<Finding[]> {
    const isNew = learned.some((target) => this.#toldThreshold.get(keyOf(target))?.signals !== target.learned.join());
    if (learned.length === 0 || (!isNew && nowMs - this.#trafficAtMs < TRAFFIC_EVERY_MS)) return [];
    this.#trafficAtMs = nowMs;
    this.#callsPerSecond = new Map((await readTraffic(this.#store, nowMs)).map((traffic) => [keyOf(traffic), traffic.callsPerSecond]));
    const streams = learned.reduce((sum, target) => sum + streamsOf(target), 0);
    return learned.flatMap((target) => this.#threshold(policy, target, streams, nowMs));
  }

  #threshold(policy: Policy, target: LearningTarget, streams: number, nowMs: number): Finding[] {
    const key = keyOf(target);
    const threshold = streamThreshold({ callsPerSecond: this.#callsPerSecond.get(key) ?? 0, falseFailoversPer90Days: policy.falseFailoversPer90Days, weight: 1 / streams });
    const told = this.#toldThreshold.get(key);
    const signals = target.learned.join();
    if (told?.signals === signals && threshold < told.threshold * RETELL_FACTOR && threshold > told.threshold / RETELL_FACTOR) return [];
    this.#toldThreshold.set(key, { threshold, signals });
    return [{ kind: 'thresholds', v: 1, atMs: nowMs, project: target.project, route: target.route, streams: target.learned.map((signal) => ({ target: target.target, signal, threshold })) }];
  }
}

/** Streams that share the budget: a two-sided signal has one a side. */
function streamsOf(target: LearningTarget): number {
  return target.learned.reduce((sum, signal) => sum + (SIGNALS[signal].worse === 'both' ? 2 : 1), 0);
}

function keyOf({ project, route, target }: { project: string; route: string; target: string }): string {
  return JSON.stringify([project, route, target]);
}
