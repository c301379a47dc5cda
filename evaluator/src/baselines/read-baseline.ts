import type { BaselineStatistics } from '@understudy/contracts/evidence';
import { SIGNAL_COLUMNS } from '@understudy/contracts/call';
import { signalDefinition, type SignalName, signalNameSchema } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { quantileBaseline } from './baseline-from-values.ts';
import { quantileRanks } from './quantile-ranks.ts';
import { readJudgeBaseline } from './read-judge-baseline.ts';
import { signalColumn } from '../store/signal-column.ts';
import type { JudgedBy } from '../policy/judge-change.ts';

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
  /** Who judges the route now; undefined: nobody. */
  readonly judgedBy?: JudgedBy | undefined;
}

export type SignalBaselines = { [Signal in SignalName]?: BaselineStatistics };

const LOOK_BACK_MS = 14 * 86_400_000;
/** A span may have begun so long before it was received. */
const LONGEST_CALL_MS = 86_400_000;
/** More calls sharpen a baseline no further, and the values of a signal are sorted in memory. */
const MOST_CALLS = 100_000;
/** Of reading one signal's quantiles while calls arrive; batches come a few times a second, a query takes milliseconds. */
const MOST_ATTEMPTS = 10;

/**
 * The baseline of a (route, target) by SQL over its newest stored calls: of real requests (not of the tests of a target that is suspected), outside incidents.
 * The same numbers as `baselineFromValues` gives of these calls.
 */
export async function readBaseline(store: AnalyticsStore, question: BaselineQuestion): Promise<SignalBaselines> {
  const { from, parameters } = healthyCalls(question);
  const counted = [...(await countColumns(store, from, parameters)), ...(await countScores(store, from, parameters))];
  const baselines: SignalBaselines = {};
  for (const { signal, calls, sum } of counted) {
    const { kind } = signalDefinition(signal);
    if (kind === 'rate') baselines[signal] = { kind, calls, events: Math.round(sum) };
    else if (kind === 'score') baselines[signal] = { kind, calls, mean: Math.min(1, Math.max(0, sum / calls)) };
    else if (kind === 'quantile') {
      const statistics = await readQuantiles(store, signal, calls, from, parameters);
      if (statistics !== undefined) baselines[signal] = statistics;
    }
  }
  const judged = await readJudgeBaseline(store, question);
  return judged === undefined ? baselines : { ...baselines, judge: judged };
}

interface Counted {
  readonly signal: SignalName;
  readonly calls: number;
  readonly sum: number;
}

async function countColumns(store: AnalyticsStore, from: string, parameters: Record<string, unknown>): Promise<Counted[]> {
  const counts = (await store.query<Record<string, string>>(
    `SELECT ${SIGNAL_COLUMNS.map((name) => `count(${name}) AS ${name}_calls, sum(${name}) AS ${name}_sum`).join(', ')} ${from}`, parameters,
  ))[0] ?? {};
  return SIGNAL_COLUMNS.map((signal) => ({ signal, calls: Number(counts[`${signal}_calls`] ?? 0), sum: Number(counts[`${signal}_sum`] ?? 0) })).filter(({ calls }) => calls > 0);
}

/** All entries of the map in one pass, whatever their names. */
async function countScores(store: AnalyticsStore, from: string, parameters: Record<string, unknown>): Promise<Counted[]> {
  const rows = await store.query<{ name: string; calls: string; sum: number }>(
    `SELECT entry.1 AS name, count() AS calls, sum(entry.2) AS sum FROM (SELECT arrayJoin(arrayZip(mapKeys(scores), mapValues(scores))) AS entry ${from}) GROUP BY name ORDER BY name LIMIT 200`, parameters,
  );
  return rows.flatMap(({ name, calls, sum }) => {
    const signal = signalNameSchema.safeParse(name).data;
    return signal === undefined ? [] : [{ signal, calls: Number(calls), sum: Number(sum) }];
  });
}

function healthyCalls({ project, route, target, nowMs, badTimes = [] }: BaselineQuestion): { from: string; parameters: Record<string, unknown> } {
  const at = (ms: number): string => `fromUnixTimestamp64Milli(${Math.trunc(ms)})`;
  const bad = badTimes.map(({ fromMs, toMs }) => ` AND NOT (received_at >= ${at(fromMs)} AND received_at < ${at(toMs)})`).join('');
  const from = `FROM (
    SELECT ${SIGNAL_COLUMNS.join(', ')}, scores FROM calls FINAL
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
      `SELECT length(sorted) AS found, arrayMap(rank -> sorted[rank], [${wanted.join(', ')}]) AS picked FROM (SELECT arraySort(groupArray(assumeNotNull(${signalColumn(signal)}))) AS sorted ${from} WHERE ${signalColumn(signal)} IS NOT NULL)`, parameters,
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
