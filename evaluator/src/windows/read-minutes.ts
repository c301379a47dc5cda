import type { SignalName } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { mergedSketch, SKETCH_STATISTICS, type SketchStatistic } from './window-columns.ts';

export interface MinutesQuestion {
  readonly project: string;
  readonly routes: readonly string[];
  readonly targets: readonly string[];
  /** Whole minutes of receive time, ms since 1970; the end is not in it. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Measures whose quantiles are wanted. */
  readonly sketches: readonly SignalName[];
}

/** Closed minutes of one target of a route, put together. */
export interface Minutes {
  readonly route: string;
  readonly target: string;
  /** Without copies whose answer nobody saw. */
  readonly realCalls: number;
  /** Of every call, those too; undefined when no price is known. */
  readonly spendUsd: number | undefined;
  /** Calls that carry a signal, and the sum of its values. */
  readonly signalCalls: ReadonlyMap<string, number>;
  readonly signalSums: ReadonlyMap<string, number>;
  readonly quantiles: ReadonlyMap<SignalName, Readonly<Record<SketchStatistic, number | undefined>>>;
}

interface Row {
  readonly route: string;
  readonly target: string;
  readonly real_calls: string | number;
  readonly spend: number | null;
  readonly signal_calls: Record<string, string | number>;
  readonly signal_sums: Record<string, number>;
  readonly quantiles: (number | null)[][];
}

/** One query for many targets: minutes were summed up before, so that a day of them is 1,440 rows a target. */
export async function readMinutes(store: AnalyticsStore, { project, routes, targets, fromMs, untilMs, sketches }: MinutesQuestion): Promise<Minutes[]> {
  const rows = await store.query<Row>(
    `SELECT route, target, sum(real_calls) AS real_calls, sum(cost_usd) AS spend, sumMap(signal_calls) AS signal_calls, sumMap(signal_sums) AS signal_sums,
       [${sketches.map(mergedSketch).join(', ')}]::Array(Array(Nullable(Float64))) AS quantiles
     FROM windows FINAL
     WHERE project = {project:String} AND route IN {routes:Array(String)} AND target IN {targets:Array(String)}
       AND minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({until:UInt32}, 'UTC')
     GROUP BY route, target`,
    { project, routes: [...routes], targets: [...targets], from: Math.trunc(fromMs / 1_000), until: Math.trunc(untilMs / 1_000) },
  );
  return rows.map((row) => ({
    route: row.route, target: row.target, realCalls: Number(row.real_calls), spendUsd: row.spend ?? undefined,
    signalCalls: numbersOf(row.signal_calls), signalSums: numbersOf(row.signal_sums),
    quantiles: new Map(sketches.map((name, index) => [name, named(row.quantiles[index] ?? [])])),
  }));
}

function numbersOf(record: Record<string, string | number>): Map<string, number> {
  return new Map(Object.entries(record).map(([name, value]) => [name, Number(value)]));
}

function named(values: readonly (number | null)[]): Record<SketchStatistic, number | undefined> {
  const [p50, p95, p99] = SKETCH_STATISTICS.map((_, index) => values[index] ?? undefined);
  return { p50, p95, p99 };
}
