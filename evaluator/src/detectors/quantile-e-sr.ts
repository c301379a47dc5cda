import { BASELINE_QUANTILES } from '@understudy/contracts/quantiles';
import { normalCdf, normalQuantile } from '../statistics/normal.ts';

/**
 * Mixture e-SR test for heavy-tailed positive numbers (latency, cost, length): the null is "stochastically no larger (no smaller) than the baseline".
 *
 *     bins at the baseline's quantiles .25 .5 .75 .9 .95 .99 with mass π_j;  z_j = Φ⁻¹(quantile_j);  d_k = .15 … 2.5 geometric, K = 10
 *     L_k(bin j) = [Φ(z_j − d_k) − Φ(z_{j−1} − d_k)] / π_j        (downward: d_k < 0)
 *
 * L_k is monotone in j, so E[L_k] ≤ 1 for every law on the null's side. A bin test sees 94 % of the information of knowing a log-normal exactly.
 */
export const QUANTILE_COMPONENTS = 10;
const LEAST_SHIFT = 0.15;
const MOST_SHIFT = 2.5;
const CAP = 1e300;

/** factors[k][bin] */
export type QuantileFactors = readonly (readonly number[])[];

export function quantileFactors(direction: 'up' | 'down'): QuantileFactors {
  const edges = [Number.NEGATIVE_INFINITY, ...BASELINE_QUANTILES.map(normalQuantile), Number.POSITIVE_INFINITY];
  return Array.from({ length: QUANTILE_COMPONENTS }, (_, k) => {
    const size = LEAST_SHIFT * (MOST_SHIFT / LEAST_SHIFT) ** (k / (QUANTILE_COMPONENTS - 1));
    const shift = direction === 'up' ? size : -size;
    return edges.slice(1).map((edge, bin) => {
      const lower = edges[bin] ?? Number.NEGATIVE_INFINITY;
      return (normalCdf(edge - shift) - normalCdf(lower - shift)) / (normalCdf(edge) - normalCdf(lower));
    });
  });
}

/** The bin of a value: the number of cuts below it. A value on a cut belongs to the lower bin. */
export function binOf(value: number, cuts: readonly number[]): number {
  let bin = 0;
  while (bin < cuts.length && value > (cuts[bin] ?? Number.POSITIVE_INFINITY)) bin += 1;
  return bin;
}

export function initialQuantileState(): number[] {
  return new Array<number>(QUANTILE_COMPONENTS).fill(0);
}

/** Feeds one call; changes `state` in place and returns M. */
export function updateQuantile(state: number[], bin: number, factors: QuantileFactors): number {
  let sum = 0;
  for (let k = 0; k < QUANTILE_COMPONENTS; k++) {
    const next = Math.min(CAP, (1 + (state[k] ?? 0)) * (factors[k]?.[bin] ?? 1));
    state[k] = next;
    sum += next;
  }
  return sum / QUANTILE_COMPONENTS;
}
