import type { AnalyticsStore } from '../store/analytics-store.ts';

export interface TargetName {
  readonly project: string;
  readonly route: string;
  readonly target: string;
}

/** Calls a second of one target of a route. */
export interface TargetTraffic extends TargetName {
  readonly callsPerSecond: number;
}

const DAY_MS = 86_400_000;
/** A rate over less time than this would be an accident. */
const LEAST_SPAN_SECONDS = 10;

/** Traffic of the last day of the named targets and no others (senders can name millions), over the time that its calls span. */
export async function readTraffic(store: AnalyticsStore, targets: readonly TargetName[], nowMs: number): Promise<TargetTraffic[]> {
  const distinct = (name: keyof TargetName) => [...new Set(targets.map((target) => target[name]))];
  const rows = await store.query<{ project: string; route: string; target: string; calls: string; span_ms: string }>(
    `SELECT project, route, target, count() AS calls, max(toUnixTimestamp64Milli(received_at)) - min(toUnixTimestamp64Milli(received_at)) AS span_ms
     FROM calls FINAL WHERE received_at >= fromUnixTimestamp64Milli({from:Int64}) AND started_at >= fromUnixTimestamp64Milli({startedFrom:Int64})
       AND project IN {projects:Array(String)} AND route IN {routes:Array(String)} AND target IN {targets:Array(String)}
     GROUP BY project, route, target`,
    { from: Math.trunc(nowMs - DAY_MS), startedFrom: Math.trunc(nowMs - 2 * DAY_MS), projects: distinct('project'), routes: distinct('route'), targets: distinct('target') },
  );
  return rows.map(({ project, route, target, calls, span_ms }) => ({ project, route, target, callsPerSecond: Number(calls) / Math.max(LEAST_SPAN_SECONDS, Number(span_ms) / 1000) }));
}
