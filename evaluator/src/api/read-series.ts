import type { SignalName } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { signalColumn } from '../store/signal-column.ts';

/** Points of a chart. */
const BUCKETS = 120;
/** Names of targets come from the network: the busiest of each bucket are shown. */
const MOST_TARGETS = 20;

/** Numbers of a call that are no signals. */
export const CALL_NUMBERS = ['duration', 'duration_ms', 'spend'] as const;
export type CallNumber = (typeof CALL_NUMBERS)[number];
const NUMBER_COLUMNS: Readonly<Record<CallNumber, string>> = { duration: 'duration_ms', duration_ms: 'duration_ms', spend: 'cost_usd' };

export interface SeriesQuestion {
  readonly project: string;
  readonly route: string;
  /** A signal, or what else a call has a number for. */
  readonly signal: Exclude<SignalName, 'duration' | 'spend'> | CallNumber;
  readonly from: number;
  readonly to: number;
}

/** Up to so long a range it pays to ask first which minutes of the key its calls stand under. */
const SHORT_RANGE_MS = 6 * 3_600_000;
const RECEIVED_IN_RANGE = 'received_at >= fromUnixTimestamp64Milli({from:Int64}) AND received_at < fromUnixTimestamp64Milli({to:Int64})';
/** Exact, since a repeat of a call tells the same start: half the time at 10 million rows. */
const IN_THEIR_MINUTES = `AND toStartOfMinute(started_at) IN (SELECT DISTINCT toStartOfMinute(started_at) FROM calls WHERE project = {project:String} AND route = {route:String} AND ${RECEIVED_IN_RANGE})`;

/** What the judge said, as badness like every signal, at the time of the call. */
const JUDGED = `SELECT target, received_at, 1 - assumeNotNull(score) AS value FROM judgements FINAL WHERE project = {project:String} AND route = {route:String} AND outcome = 'judged' AND score IS NOT NULL AND ${RECEIVED_IN_RANGE}`;

/** Per target and bucket of the range / 120, at least a second. */
export function readSeries(store: AnalyticsStore, question: SeriesQuestion): Promise<unknown[]> {
  const { project, route, signal, from, to } = question;
  const bucket = Math.max(1_000, Math.ceil((to - from) / BUCKETS));
  const source = signal === 'judge' ? JUDGED : callsOf(question);
  return store.query(
    `SELECT * FROM (
       SELECT target, intDiv(toUnixTimestamp64Milli(received_at) - {from:Int64}, {bucket:Int64}) * {bucket:Int64} + {from:Int64} AS bucketStartMs,
         count() AS count, avg(value) AS mean, quantile(0.5)(value) AS p50, quantile(0.95)(value) AS p95
       FROM (${source})
       GROUP BY target, bucketStartMs ORDER BY bucketStartMs, count DESC, target LIMIT ${MOST_TARGETS} BY bucketStartMs
     ) ORDER BY bucketStartMs, target
     SETTINGS do_not_merge_across_partitions_select_final = 1`,
    { project, route, from, to, bucket },
  );
}

function callsOf({ signal, from, to }: SeriesQuestion): string {
  const column = isCallNumber(signal) ? NUMBER_COLUMNS[signal] : signalColumn(signal);
  const minutes = to - from <= SHORT_RANGE_MS ? IN_THEIR_MINUTES : '';
  return `SELECT target, received_at, assumeNotNull(${column}) AS value FROM calls FINAL WHERE project = {project:String} AND route = {route:String} AND ${column} IS NOT NULL AND ${RECEIVED_IN_RANGE} ${minutes}`;
}

function isCallNumber(signal: SeriesQuestion['signal']): signal is CallNumber {
  return (CALL_NUMBERS as readonly string[]).includes(signal);
}
