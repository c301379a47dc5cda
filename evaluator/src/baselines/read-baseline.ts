import type { BaselineStatistics } from '@understudy/contracts/evidence';
import { SIGNAL_NAMES, SIGNALS, type SignalName } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { quantileBaseline } from './baseline-from-values.ts';
import { quantileRanks } from './quantile-ranks.ts';

/** Calls that say what healthy looks like: of real requests, not of the tests of a target that is suspected. */
export interface TargetCount {
  readonly project: string;
  readonly route: string;
  readonly target: string;
  readonly calls: number;
  /** Finished calls a second over the time that the calls span. */
  readonly callsPerSecond: number;
}

/** Calls per (route, target) of the last 14 days. */
export async function countTargets(store: AnalyticsStore, nowMs: number): Promise<TargetCount[]> {
  const rows = await store.query<{ project: string; route: string; target: string; calls: string; span_ms: string }>(
    `SELECT project, route, target, count() AS calls, max(toUnixTimestamp64Milli(received_at)) - min(toUnixTimestamp64Milli(received_at)) AS span_ms
     FROM calls FINAL WHERE started_at >= fromUnixTimestamp64Milli(${Math.trunc(nowMs - 14 * 86_400_000)}) AND purpose IN ('serve', 'standby')
     GROUP BY project, route, target`,
  );
  return rows.map((row) => ({ project: row.project, route: row.route, target: row.target, calls: Number(row.calls), callsPerSecond: Number(row.calls) / Math.max(1, Number(row.span_ms) / 1000) }));
}

const numericColumns = SIGNAL_NAMES.filter((signal) => SIGNALS[signal].kind === 'quantile');
const rateColumns = SIGNAL_NAMES.filter((signal) => SIGNALS[signal].kind === 'rate');

/** Freezes the baseline of a (route, target): counts of the rates, quantiles and decile edges of the numbers, by SQL over the stored calls. */
export async function readBaseline(store: AnalyticsStore, key: { project: string; route: string; target: string }): Promise<Partial<Record<SignalName, BaselineStatistics>>> {
  const where = `FROM calls FINAL WHERE project = {project:String} AND route = {route:String} AND target = {target:String} AND purpose IN ('serve', 'standby')`;
  const parameters = { project: key.project, route: key.route, target: key.target };
  const counts = (await store.query<Record<string, string>>(
    `SELECT ${[...rateColumns, ...numericColumns].map((name) => `count(${name}) AS ${name}_calls`).join(', ')}, ${rateColumns.map((name) => `countIf(${name} = 1) AS ${name}_events`).join(', ')} ${where}`, parameters,
  ))[0] ?? {};
  const baseline: Partial<Record<SignalName, BaselineStatistics>> = {};
  for (const signal of rateColumns) {
    const calls = Number(counts[`${signal}_calls`] ?? 0);
    if (calls > 0) baseline[signal] = { kind: 'rate', calls, events: Number(counts[`${signal}_events`] ?? 0) };
  }
  for (const signal of numericColumns) {
    const calls = Number(counts[`${signal}_calls`] ?? 0);
    if (calls >= 50) baseline[signal] = await readQuantiles(store, signal, calls, where, parameters);
  }
  return baseline;
}

/** Ranks are read from the sorted values themselves: order statistics, not interpolations. */
async function readQuantiles(store: AnalyticsStore, signal: SignalName, calls: number, where: string, parameters: Record<string, unknown>): Promise<BaselineStatistics | undefined> {
  const ranks = quantileRanks(calls);
  if (ranks === undefined) return undefined;
  const wanted = [...new Set([ranks.median, ...ranks.upperCuts, ...ranks.lowerCuts, ranks.upperEdge, ranks.lowerEdge])];
  const row = (await store.query<{ picked: number[] }>(
    `SELECT arrayMap(rank -> sorted[rank], [${wanted.join(', ')}]) AS picked FROM (SELECT arraySort(groupArray(assumeNotNull(${signal}))) AS sorted ${where} AND ${signal} IS NOT NULL)`, parameters,
  ))[0];
  const values = new Map(wanted.map((rank, index) => [rank, Number(row?.picked[index])]));
  return quantileBaseline(calls, ranks, (rank) => values.get(rank) ?? Number.NaN);
}
