import { expect, it } from 'vitest';
import { baselineFromValues } from './baseline-from-values.ts';
import { quantileRanks } from './quantile-ranks.ts';

it('counts the events of a rate, and nothing that is no number', () => {
  expect(baselineFromValues('error', [0, 1, 0, 1, Number.NaN])).toEqual({ kind: 'rate', calls: 4, events: 2 });
  expect(baselineFromValues('error', [])).toBeUndefined();
});

it('keeps order statistics that bound the quantiles from the side on which the test looks', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => index + 1).reverse();
  const baseline = baselineFromValues('latency_per_token', values);
  if (baseline?.kind !== 'quantile') throw new Error('no quantile baseline');
  const ranks = quantileRanks(1_000);
  expect(baseline).toMatchObject({ calls: 1_000, median: 500, upperCuts: ranks?.upperCuts, lowerCuts: ranks?.lowerCuts });
  // Binomial(1000, .9): P(X ≤ 912) is the first that reaches .90, so the 913th smallest is the bound.
  expect(baseline.upperEdge).toBe(913);
  expect(baseline.lowerEdge).toBe(88);
});

it('leaves out the cuts that so few calls cannot bound, and needs 50 calls', () => {
  expect(quantileRanks(49)).toBeUndefined();
  expect(quantileRanks(200)?.upperCuts.at(-1)).toBeLessThanOrEqual(200);
  expect(quantileRanks(60)?.upperCuts.length).toBeLessThan(quantileRanks(1_000)?.upperCuts.length ?? 0);
});
