import type { AnalyticsStore } from '../store/analytics-store.ts';

/** Points of a chart. */
const BUCKETS = 120;
/** Names of targets come from the network: the busiest of each bucket are shown. */
const MOST_TARGETS = 20;

export interface SeriesQuestion {
  readonly project: string;
  readonly route: string;
  /** A column of `calls`: one of an enumeration, so that it may stand in the text of the query. */
  readonly column: string;
  readonly from: number;
  readonly to: number;
}

/** Up to so long a range it pays to ask first which minutes of the key its calls stand under. */
const SHORT_RANGE_MS = 6 * 3_600_000;
const RECEIVED_IN_RANGE = 'received_at >= fromUnixTimestamp64Milli({from:Int64}) AND received_at < fromUnixTimestamp64Milli({to:Int64})';
/** Exact, since a repeat of a call tells the same start: half the time at 10 million rows. */
const IN_THEIR_MINUTES = `AND toStartOfMinute(started_at) IN (SELECT DISTINCT toStartOfMinute(started_at) FROM calls WHERE project = {project:String} AND route = {route:String} AND ${RECEIVED_IN_RANGE})`;

/** Per target and bucket of the range / 120, at least a second. */
export function readSeries(store: AnalyticsStore, { project, route, column, from, to }: SeriesQuestion): Promise<unknown[]> {
  const bucket = Math.max(1_000, Math.ceil((to - from) / BUCKETS));
  return store.query(
    `SELECT * FROM (
       SELECT target, intDiv(toUnixTimestamp64Milli(received_at) - {from:Int64}, {bucket:Int64}) * {bucket:Int64} + {from:Int64} AS bucketStartMs,
         count(${column}) AS count, avg(${column}) AS mean, quantile(0.5)(${column}) AS p50, quantile(0.95)(${column}) AS p95
       FROM calls FINAL
       WHERE project = {project:String} AND route = {route:String} AND ${column} IS NOT NULL
         AND ${RECEIVED_IN_RANGE} ${to - from <= SHORT_RANGE_MS ? IN_THEIR_MINUTES : ''}
       GROUP BY target, bucketStartMs ORDER BY bucketStartMs, count DESC, target LIMIT ${MOST_TARGETS} BY bucketStartMs
     ) ORDER BY bucketStartMs, target
     SETTINGS do_not_merge_across_partitions_select_final = 1`,
    { project, route, from, to, bucket },
  );
}
