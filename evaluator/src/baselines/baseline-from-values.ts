import type { BaselineStatistics } from '@understudy/contracts/evidence';
import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { type QuantileRanks, quantileRanks } from './quantile-ranks.ts';

/** The baseline of one signal from the values of healthy calls; undefined when there are too few. Same numbers as `readBaseline` gives by SQL. */
export function baselineFromValues(signal: SignalName, values: readonly number[]): BaselineStatistics | undefined {
  const finite = values.filter((value) => Number.isFinite(value));
  if (signalDefinition(signal).kind === 'score') return finite.length === 0 ? undefined : { kind: 'score', calls: finite.length, mean: clampedMean(finite) };
  if (signalDefinition(signal).kind === 'rate') {
    return finite.length === 0 ? undefined : { kind: 'rate', calls: finite.length, events: finite.filter((value) => value === 1).length };
  }
  const ranks = quantileRanks(finite.length);
  if (ranks === undefined) return undefined;
  const sorted = finite.sort((one, other) => one - other);
  return quantileBaseline(finite.length, ranks, (rank) => sorted[rank - 1] ?? Number.NaN);
}

function clampedMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.min(1, Math.max(0, value)), 0) / values.length;
}

/** The statistics that stand at the given ranks. */
export function quantileBaseline(calls: number, ranks: QuantileRanks, valueAt: (rank: number) => number): BaselineStatistics {
  return {
    kind: 'quantile', calls, median: valueAt(ranks.median), upperCuts: ranks.upperCuts.map(valueAt), lowerCuts: ranks.lowerCuts.map(valueAt),
    upperEdge: valueAt(ranks.upperEdge), lowerEdge: valueAt(ranks.lowerEdge),
  };
}
