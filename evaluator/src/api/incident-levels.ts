import type { BaselineStatistics } from '@understudy/contracts/evidence';
import type { Estimate, SignalLevelReport } from '@understudy/contracts/incident-report';
import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { meanInterval, medianInterval, rateInterval } from '../statistics/intervals.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { OF_TARGET, parametersOf, SETTINGS, STARTED, type Stretch } from './incident-calls.ts';
import { measureOf, valueColumn } from './incident-signal.ts';

/** Of more values the newest are looked at. */
const MOST_VALUES = 10_000;
/** No single judged call counts for more than a hundred. */
const LEAST_PROBABILITY = 0.01;

/** A signal before and since, each with its 95 % interval; before: its frozen baseline where that says enough, else the calls of that time. */
export async function readLevel(store: AnalyticsStore, signal: SignalName, baseline: BaselineStatistics | undefined, before: Stretch, since: Stretch): Promise<SignalLevelReport> {
  const { family, text, unit } = signalDefinition(signal);
  const frozen = baseline?.kind === 'rate' && baseline.calls > 0 ? { value: baseline.events / baseline.calls, ...rateInterval(baseline.events, baseline.calls), calls: baseline.calls } : undefined;
  return { signal, family, text, unit, measure: measureOf(signal), before: frozen ?? (await readEstimate(store, signal, before)), since: await readEstimate(store, signal, since) };
}

/** Undefined: no call of that time carries the signal. */
export async function readEstimate(store: AnalyticsStore, signal: SignalName, stretch: Stretch): Promise<Estimate | undefined> {
  const level = signal === 'judge' ? await judgedMean(store, stretch) : await levelOf(store, signal, stretch);
  return level === undefined ? undefined : { ...level, fromMs: stretch.fromMs, untilMs: stretch.untilMs };
}

function levelOf(store: AnalyticsStore, signal: SignalName, stretch: Stretch): Promise<Estimate | undefined> {
  switch (measureOf(signal)) {
    case 'rate': return rate(store, signal, stretch);
    case 'median': return median(store, signal, stretch);
    default: return meanOrSum(store, signal, stretch);
  }
}

async function rate(store: AnalyticsStore, signal: SignalName, stretch: Stretch): Promise<Estimate | undefined> {
  const column = valueColumn(signal);
  const row = (await store.query<{ calls: string; events: string }>(`SELECT count(${column}) AS calls, countIf(${column} = 1) AS events FROM calls FINAL WHERE ${OF_TARGET} AND ${STARTED} ${SETTINGS}`, parametersOf(stretch)))[0];
  const [calls, events] = [Number(row?.calls ?? 0), Number(row?.events ?? 0)];
  return calls === 0 ? undefined : { value: events / calls, ...rateInterval(events, calls), calls };
}

async function median(store: AnalyticsStore, signal: SignalName, stretch: Stretch): Promise<Estimate | undefined> {
  const column = valueColumn(signal);
  const row = (await store.query<{ sorted: number[] }>(
    `SELECT arraySort(groupArray(value)) AS sorted FROM (SELECT assumeNotNull(${column}) AS value FROM calls FINAL WHERE ${OF_TARGET} AND ${STARTED} AND ${column} IS NOT NULL ORDER BY received_at DESC LIMIT ${MOST_VALUES}) ${SETTINGS}`, parametersOf(stretch),
  ))[0];
  const sorted = row?.sorted ?? [];
  const value = sorted[Math.floor((sorted.length - 1) / 2)];
  return value === undefined ? undefined : { value, ...medianInterval(sorted), calls: sorted.length };
}

async function meanOrSum(store: AnalyticsStore, signal: SignalName, stretch: Stretch): Promise<Estimate | undefined> {
  const column = valueColumn(signal);
  const row = (await store.query<{ calls: string; mean: number | null; variance: number | null; total: number | null }>(
    `SELECT count(${column}) AS calls, avg(${column}) AS mean, varPop(${column}) AS variance, sum(${column}) AS total FROM calls FINAL WHERE ${OF_TARGET} AND ${STARTED} ${SETTINGS}`, parametersOf(stretch),
  ))[0];
  const calls = Number(row?.calls ?? 0);
  if (row === undefined || calls === 0 || row.mean === null) return undefined;
  return measureOf(signal) === 'sum' ? { value: row.total ?? 0, calls } : { value: row.mean, ...meanInterval(row.mean, row.variance ?? 0, calls), calls };
}

/** Badness of all calls: each judged one counts for as many as it was drawn from, and the interval is that of so many equal ones. */
async function judgedMean(store: AnalyticsStore, stretch: Stretch): Promise<Estimate | undefined> {
  const row = (await store.query<{ calls: string; weights: number; squares: number; total: number; totalOfSquares: number }>(
    `SELECT count() AS calls, sum(weight) AS weights, sum(weight * weight) AS squares, sum(weight * bad) AS total, sum(weight * bad * bad) AS totalOfSquares
     FROM (SELECT 1 - assumeNotNull(score) AS bad, 1 / greatest(probability, ${LEAST_PROBABILITY}) AS weight FROM judgements FINAL WHERE ${OF_TARGET} AND outcome = 'judged' AND score IS NOT NULL)`, parametersOf(stretch),
  ))[0];
  const calls = Number(row?.calls ?? 0);
  if (row === undefined || calls === 0) return undefined;
  const value = row.total / row.weights;
  const variance = Math.max(0, row.totalOfSquares / row.weights - value ** 2);
  return { value, ...meanInterval(value, variance, row.weights ** 2 / row.squares), calls };
}
