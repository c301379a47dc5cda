import { BASELINE_QUANTILES } from '@understudy/contracts/quantiles';
import { normalCdf, normalQuantile } from '../statistics/normal.ts';

/**
 * Mixture e-SR test for heavy-tailed positive numbers (latency, cost, length): the null is "stochastically no larger than the baseline".
 *
 *     bins between the baseline's quantiles, mass π_j;  z_j = Φ⁻¹(quantile_j);  d_k = .15 … 2.5 geometric, K = 10
 *     L_k(bin j) = [Φ(z_j − d_k) − Φ(z_{j−1} − d_k)] / π_j
 *
 * L_k is increasing in j, so E[L_k] ≤ 1 for every law that exceeds each cut at most as often as its quantile says. The downward test is the
 * same one on mirrored cuts: it counts the cuts that a value lies below.
 */
export const QUANTILE_COMPONENTS = 10;
const LEAST_SHIFT = 0.15;
const MOST_SHIFT = 2.5;
const CAP = 1e300;

/** factors[bin][k] */
export type QuantileFactors = readonly (readonly number[])[];

export function quantileFactors(quantiles: readonly number[]): QuantileFactors {
  const edges = [Number.NEGATIVE_INFINITY, ...quantiles.map(normalQuantile), Number.POSITIVE_INFINITY];
  return edges.slice(1).map((edge, bin) => {
    const lower = edges[bin] ?? Number.NEGATIVE_INFINITY;
    return Array.from({ length: QUANTILE_COMPONENTS }, (_, k) => {
      const shift = LEAST_SHIFT * (MOST_SHIFT / LEAST_SHIFT) ** (k / (QUANTILE_COMPONENTS - 1));
      return (normalCdf(edge - shift) - normalCdf(lower - shift)) / (normalCdf(edge) - normalCdf(lower));
    });
  });
}

/** Factors for a baseline that could bound only the first `cuts` quantiles; a table for each number of cuts, made once. */
const FACTORS_BY_CUTS: readonly QuantileFactors[] = Array.from({ length: BASELINE_QUANTILES.length + 1 }, (_, cuts) => quantileFactors(BASELINE_QUANTILES.slice(0, cuts)));

export function factorsOfCuts(cuts: number): QuantileFactors {
  return FACTORS_BY_CUTS[cuts] ?? quantileFactors(BASELINE_QUANTILES.slice(0, cuts));
}

/** Number of ascending cuts that the value exceeds. A value on a cut does not exceed it: equal values never look worse than themselves. */
export function cutsExceeded(value: number, cuts: readonly number[]): number {
  let bin = 0;
  while (bin < cuts.length && value > (cuts[bin] as number)) bin += 1;
  return bin;
}

/** Number of descending cuts that the value lies below. */
export function cutsUndercut(value: number, cuts: readonly number[]): number {
  let bin = 0;
  while (bin < cuts.length && value < (cuts[bin] as number)) bin += 1;
  return bin;
}

export function initialQuantileState(): number[] {
  return new Array<number>(QUANTILE_COMPONENTS).fill(0);
}

/** Feeds one call; changes `state` in place and returns M. */
export function updateQuantile(state: number[], bin: number, factors: QuantileFactors): number {
  const likelihood = factors[bin] as readonly number[];
  let sum = 0;
  for (let k = 0; k < QUANTILE_COMPONENTS; k++) {
    const next = Math.min(CAP, (1 + (state[k] as number)) * (likelihood[k] as number));
    state[k] = next;
    sum += next;
  }
  return sum / QUANTILE_COMPONENTS;
}
