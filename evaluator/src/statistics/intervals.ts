import { clopperPearsonUpper } from './binomial.ts';
import { upperBoundRank } from './order-statistics.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of each side of a 95 % interval. */
const ONE_SIDE = 0.975;
const NORMAL = 1.959964;

/** Clopper–Pearson, 95 %. */
export function rateInterval(events: number, calls: number): Interval {
  return { low: 1 - clopperPearsonUpper(calls - events, calls, ONE_SIDE), high: clopperPearsonUpper(events, calls, ONE_SIDE) };
}

/** 95 % interval of the median by order statistics, for any law; undefined with so few values (less than 6) that there is none. Values in ascending order. */
export function medianInterval(sorted: readonly number[]): Interval | undefined {
  const rank = upperBoundRank(sorted.length, 0.5, ONE_SIDE);
  const [low, high] = rank === undefined ? [] : [sorted[sorted.length - rank], sorted[rank - 1]];
  return low === undefined || high === undefined ? undefined : { low, high };
}

/** Normal, 95 %, of the mean of shares; `calls`: how many equal ones it is worth. Undefined for a single one. */
export function meanInterval(mean: number, variance: number, calls: number): Interval | undefined {
  if (calls < 2) return undefined;
  const half = NORMAL * Math.sqrt(variance / (calls - 1));
  return { low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
}
