import { binomialCdf } from './binomial.ts';

/**
 * Rank (from 1) of the smallest order statistic that is at least the true q-quantile with the given confidence, for any law:
 * the r-th smallest of n lies below it with probability at most P(Binomial(n, q) ≥ r). Undefined when even the largest of n is no such bound.
 * The lower bound of the (1 − q)-quantile has the rank n + 1 − r.
 */
export function upperBoundRank(calls: number, quantile: number, confidence: number): number | undefined {
  if (calls < 1 || binomialCdf(calls - 1, calls, quantile) < confidence) return undefined;
  let low = 1;
  let high = calls;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle - 1, calls, quantile) >= confidence) high = middle;
    else low = middle + 1;
  }
  return low;
}
