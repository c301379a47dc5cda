import type { Policy } from '@understudy/contracts/policy';
import type { Finding } from '../overrides/lead.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { observeRule } from './observe-rule.ts';
import { type Judged, readJudged } from './read-judged.ts';
import { type Minutes, readMinutes } from './read-minutes.ts';
import { isBroken, rulesOf, type ThresholdRule } from './threshold-rules.ts';

/** One target of a route of the project that is served. */
export interface WatchedTarget {
  readonly project: string;
  readonly route: string;
  readonly target: string;
}

type ThresholdFinding = Extract<Finding, { kind: 'threshold' }>;

interface Watched extends WatchedTarget {
  readonly rule: ThresholdRule;
}

/** What is stored of a time, by route and target. */
interface Stored {
  readonly minutes: ReadonlyMap<string, Minutes>;
  readonly judged: ReadonlyMap<string, Judged>;
}

/**
 * The plain rules of the policy, evaluated once for each end of closed minutes. A broken rule is told at every evaluation, one that holds once: when it was
 * broken before, or at the first evaluation of a term, since nobody knows what the leader before has told.
 */
export class ThresholdWatch {
  readonly #store: AnalyticsStore;
  /** Rules that were told to hold and have not been broken since. */
  readonly #holding = new Set<string>();
  #evaluatedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(store: AnalyticsStore) {
    this.#store = store;
  }

  /** `untilMs`: end of the last closed minute. */
  async run(policy: Policy, targets: readonly WatchedTarget[], untilMs: number, nowMs: number): Promise<Finding[]> {
    if (untilMs <= this.#evaluatedUntilMs) return [];
    const watched = targets.flatMap((target) => rulesOf(policy, target.route).map((rule) => ({ ...target, rule })));
    const findings: ThresholdFinding[] = [];
    for (const overMs of new Set(watched.map(({ rule }) => rule.overMs))) {
      const sameTime = watched.filter(({ rule }) => rule.overMs === overMs);
      const stored = await readStored(this.#store, policy.project, sameTime, untilMs - overMs, untilMs);
      for (const one of sameTime) findings.push(...evaluate(one, stored, untilMs, nowMs));
    }
    this.#evaluatedUntilMs = untilMs;
    return findings.filter((finding) => this.#isNews(finding));
  }

  #isNews({ route, target, rule, broken }: ThresholdFinding): boolean {
    const key = JSON.stringify([route, target, rule]);
    if (broken) {
      this.#holding.delete(key);
      return true;
    }
    const isNew = !this.#holding.has(key);
    this.#holding.add(key);
    return isNew;
  }
}

async function readStored(store: AnalyticsStore, project: string, watched: readonly Watched[], fromMs: number, untilMs: number): Promise<Stored> {
  const question = { project, routes: distinct(watched.map(({ route }) => route)), targets: distinct(watched.map(({ target }) => target)), fromMs, untilMs };
  const sketches = distinct(watched.filter(({ rule }) => rule.statistic.startsWith('p')).map(({ rule }) => rule.signal));
  const isJudged = watched.some(({ rule }) => rule.signal === 'judge');
  const [minutes, judged] = [await readMinutes(store, { ...question, sketches }), isJudged ? await readJudged(store, question) : []];
  return { minutes: new Map(minutes.map((row) => [keyOf(row), row])), judged: new Map(judged.map((row) => [keyOf(row), row])) };
}

function evaluate({ project, route, target, rule }: Watched, stored: Stored, untilMs: number, nowMs: number): ThresholdFinding[] {
  const key = keyOf({ route, target });
  const observed = observeRule(rule, { minutes: stored.minutes.get(key), judged: stored.judged.get(key) });
  if (observed === undefined) return [];
  const { signal, statistic, limit, side, action, text } = rule;
  return [{
    kind: 'threshold', v: 1, atMs: nowMs, project, route, target, rule: text, signal, statistic, limit, side, observed: observed.value, calls: observed.calls,
    broken: isBroken(rule, observed.value), action, fromMs: untilMs - rule.overMs, untilMs,
  }];
}

function keyOf({ route, target }: { readonly route: string; readonly target: string }): string {
  return JSON.stringify([route, target]);
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
