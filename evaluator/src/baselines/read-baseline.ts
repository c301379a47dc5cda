import type { BaselineStatistics } from '@understudy/contracts/evidence';
import { SIGNAL_NAMES, SIGNALS, type SignalName } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { quantileBaseline } from './baseline-from-values.ts';
import { quantileRanks } from './quantile-ranks.ts';

/** A stretch of receive time whose calls say nothing about what healthy looks like: an incident. */
export interface BadTime {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface BaselineQuestion {
  readonly project: string;
  readonly route: string;
  readonly target: string;
  readonly nowMs: number;
  readonly badTimes?: readonly BadTime[] | undefined;
}

export type SignalBaselines = Partial<Record<SignalName, BaselineStatistics>>;

const LOOK_BACK_MS = 14 * 86_400_000;
/** A span may have begun so long before it was received. */
const LONGEST_CALL_MS = 86_400_000;
/** More calls sharpen a baseline no further, and the values of a signal are sorted in memory. */
const MOST_CALLS = 100_000;
/** Of reading one signal's quantiles while calls arrive; batches come a few times a second, a query takes milliseconds. */
const MOST_ATTEMPTS = 10;

const numericColumns = SIGNAL_NAMES.filter((signal) => SIGNALS[signal].kind === 'quantile');
const rateColumns = SIGNAL_NAMES.filter((signal) => SIGNALS[signal].kind === 'rate');

/**
 * The baseline of a (route, target) by SQL over its newest stored calls: of real requests (not of the tests of a target that is suspected), outside incidents.
 * The same numbers as `baselineFromValues` gives of these calls.
 */
export async function readBaseline(store: AnalyticsStore, question: BaselineQuestion): Promise<SignalBaselines> {
  const { from, parameters } = healthyCalls(question);
  const counts = (await store.query<Record<string, string>>(
    `SELECT ${SIGNAL_NAMES.map((name) => `count(${name}) AS ${name}_calls`).join(', ')}, ${rateColumns.map((name) => `countIf(${name} = 1) AS ${name}_events`).join(', ')} ${from}`, parameters,
  ))[0] ?? {};
  const baselines: SignalBaselines = {};
  for (const signal of rateColumns) {
    const calls = Number(counts[`${signal}_calls`] ?? 0);
    if (calls > 0) baselines[signal] = { kind: 'rate', calls, events: Number(counts[`${signal}_events`] ?? 0) };
  }
  for (const signal of numericColumns) {
    const statistics = await readQuantiles(store, signal, Number(counts[`${signal}_calls`] ?? 0), from, parameters);
    if (statistics !== undefined) baselines[signal] = statistics;
  }
  return baselines;
}

function healthyCalls({ project, route, target, nowMs, badTimes = [] }: BaselineQuestion): { from: string; parameters: Record<string, unknown> } {
  const at = (ms: number): string => `fromUnixTimestamp64Milli(${Math.trunc(ms)})`;
  const bad = badTimes.map(({ fromMs, toMs }) => ` AND NOT (received_at >= ${at(fromMs)} AND received_at < ${at(toMs)})`).join('');
  const from = `FROM (
    SELECT ${SIGNAL_NAMES.join(', ')} FROM calls FINAL
    WHERE project = {project:String} AND route = {route:String} AND target = {target:String} AND purpose IN ('serve', 'standby')
      AND started_at >= ${at(nowMs - LOOK_BACK_MS - LONGEST_CALL_MS)} AND received_at >= ${at(nowMs - LOOK_BACK_MS)}${bad}
    ORDER BY received_at DESC LIMIT ${MOST_CALLS})`;
  return { from, parameters: { project, route, target } };
}

/** Ranks are read from the sorted values themselves: order statistics, not interpolations. Calls arrive while this asks: then the ranks are those of the calls that were found, and it asks again. */
async function readQuantiles(store: AnalyticsStore, signal: SignalName, calls: number, from: string, parameters: Record<string, unknown>): Promise<BaselineStatistics | undefined> {
  let counted = calls;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const ranks = quantileRanks(counted);
    if (ranks === undefined) return undefined;
    const wanted = [...new Set([ranks.median, ...ranks.upperCuts, ...ranks.lowerCuts, ranks.upperEdge, ranks.lowerEdge])];
    const row = (await store.query<{ found: string; picked: number[] }>(
      `SELECT length(sorted) AS found, arrayMap(rank -> sorted[rank], [${wanted.join(', ')}]) AS picked FROM (SELECT arraySort(groupArray(assumeNotNull(${signal}))) AS sorted ${from} WHERE ${signal} IS NOT NULL)`, parameters,
    ))[0];
    if (row === undefined) return undefined;
    if (Number(row.found) === counted) {
      const values = new Map(wanted.map((rank, index) => [rank, Number(row.picked[index])]));
      return quantileBaseline(counted, ranks, (rank) => values.get(rank) ?? Number.NaN);
    }
    counted = Number(row.found);
  }
  return undefined;
}
