import { BASELINE_QUANTILES } from '@understudy/contracts/quantiles';
import { upperBoundRank } from '../statistics/order-statistics.ts';

/** Fewer values say too little about quantiles. */
export const LEAST_QUANTILE_CALLS = 50;
/**
 * For each cut. Errors of neighbouring cuts go together, so that the whole bin test (every component's mean factor ≤ 1) keeps its null in at
 * least 90 % of all baselines too: measured .91-.95 for 60 to 10,000 calls, whatever the continuous law (test/detection).
 */
const CUT_CONFIDENCE = 0.9;
/** Design §5: the edge is the 90 % upper confidence bound of the worse-side decile. */
const EDGE_QUANTILE = 0.9;
const EDGE_CONFIDENCE = 0.9;

/** Ranks (from 1, in ascending order of the values) of what a quantile baseline keeps. */
export interface QuantileRanks {
  readonly median: number;
  readonly upperCuts: readonly number[];
  readonly lowerCuts: readonly number[];
  readonly upperEdge: number;
  readonly lowerEdge: number;
}

/**
 * Plug-in quantiles would break the promise on false alarms: half of all baselines put a cut too low. So every upper cut is an order statistic
 * that bounds its quantile from above, every lower cut its mirror image. Cuts that so few values cannot bound are left out (the outer bins merge).
 */
export function quantileRanks(calls: number): QuantileRanks | undefined {
  if (calls < LEAST_QUANTILE_CALLS) return undefined;
  const edge = upperBoundRank(calls, EDGE_QUANTILE, EDGE_CONFIDENCE);
  if (edge === undefined) return undefined;
  const upperCuts = BASELINE_QUANTILES.map((quantile) => upperBoundRank(calls, quantile, CUT_CONFIDENCE)).filter((rank) => rank !== undefined);
  const mirror = (rank: number): number => calls + 1 - rank;
  return { median: Math.ceil(calls / 2), upperCuts, lowerCuts: upperCuts.map(mirror), upperEdge: edge, lowerEdge: mirror(edge) };
}
