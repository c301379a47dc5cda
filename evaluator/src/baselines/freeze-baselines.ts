import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import type { SignalName } from '@understudy/contracts/signal';
import { streamThreshold } from '../detectors/threshold.ts';
import type { FindingEvidence } from '../roles/controller.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { countTargets, readBaseline, type TargetCount } from './read-baseline.ts';

/** Streams that a baseline made; each has its share of the false-failover budget. */
interface FrozenTarget {
  readonly count: TargetCount;
  readonly signals: readonly SignalName[];
}

/** A threshold is told again when it moved by more than this factor: it depends on the traffic and on the number of streams. */
const RETELL_FACTOR = 1.5;

/**
 * Freezes the baseline of each (route, target) once it has enough calls and no incident, and keeps every stream's threshold
 * A = max(1e5, n / (budget · w)) up to date, w = 1 / streams.
 */
export class BaselineFreezer {
  readonly #store: AnalyticsStore;
  readonly #frozen = new Map<string, FrozenTarget>();
  readonly #told = new Map<string, number>();

  constructor(store: AnalyticsStore) {
    this.#store = store;
  }

  /** `alreadyFrozen`: what decide's state says, so that a restart does not freeze again. `blocked`: routes with an open incident. */
  async run(policy: Policy, nowMs: number, alreadyFrozen: (route: string, target: string) => readonly SignalName[] | undefined, blocked: (route: string) => boolean): Promise<FindingEvidence[]> {
    const findings: FindingEvidence[] = [];
    for (const count of await countTargets(this.#store, nowMs)) {
      const key = JSON.stringify([count.project, count.route, count.target]);
      const known = alreadyFrozen(count.route, count.target);
      if (known !== undefined) this.#frozen.set(key, { count, signals: known });
      else if (!this.#frozen.has(key) && count.calls >= routePolicyOf(policy, count.route).baseline.minCalls && !blocked(count.route)) {
        const signals = await readBaseline(this.#store, count);
        this.#frozen.set(key, { count, signals: Object.keys(signals) as SignalName[] });
        findings.push({ kind: 'baseline', v: 1, atMs: nowMs, project: count.project, route: count.route, target: count.target, signals });
      }
    }
    return [...findings, ...this.#thresholds(policy, nowMs)];
  }

  #thresholds(policy: Policy, nowMs: number): FindingEvidence[] {
    const streams = [...this.#frozen.values()].reduce((sum, frozen) => sum + frozen.signals.length, 0);
    const findings: FindingEvidence[] = [];
    for (const [key, { count, signals }] of this.#frozen) {
      const threshold = streamThreshold({ callsPerSecond: count.callsPerSecond, falseFailoversPer90Days: policy.falseFailoversPer90Days, weight: 1 / streams });
      const told = this.#told.get(key);
      if (told !== undefined && threshold < told * RETELL_FACTOR && threshold > told / RETELL_FACTOR) continue;
      this.#told.set(key, threshold);
      findings.push({ kind: 'thresholds', v: 1, atMs: nowMs, project: count.project, route: count.route, streams: signals.map((signal) => ({ target: count.target, signal, threshold })) });
    }
    return findings;
  }
}
