import type { AnalyticsStore } from '../store/analytics-store.ts';

/** Calls a second of one target of a route. */
export interface TargetTraffic {
  readonly project: string;
  readonly route: string;
  readonly target: string;
  readonly callsPerSecond: number;
}

const DAY_MS = 86_400_000;
/** A rate over less time than this would be an accident. */
const LEAST_SPAN_SECONDS = 10;

/** Traffic of the last day, over the time that its calls span. */
export async function readTraffic(store: AnalyticsStore, nowMs: number): Promise<TargetTraffic[]> {
  const rows = await store.query<{ project: string; route: string; target: string; calls: string; span_ms: string }>(
    `SELECT project, route, target, count() AS calls, max(toUnixTimestamp64Milli(received_at)) - min(toUnixTimestamp64Milli(received_at)) AS span_ms
     FROM calls FINAL WHERE received_at >= fromUnixTimestamp64Milli(${Math.trunc(nowMs - DAY_MS)}) AND started_at >= fromUnixTimestamp64Milli(${Math.trunc(nowMs - 2 * DAY_MS)})
     GROUP BY project, route, target`,
  );
  return rows.map(({ project, route, target, calls, span_ms }) => ({ project, route, target, callsPerSecond: Number(calls) / Math.max(LEAST_SPAN_SECONDS, Number(span_ms) / 1000) }));
}
