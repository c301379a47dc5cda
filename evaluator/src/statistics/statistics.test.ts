import fc from 'fast-check';
import { expect, it } from 'vitest';
import { binomialCdf, clopperPearsonUpper } from './binomial.ts';
import { logGamma } from './incomplete-beta.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { upperBoundRank } from './order-statistics.ts';

it.each([[1, 0], [2, 0], [5, Math.log(24)], [11, Math.log(3_628_800)], [171, 706.573062245787]])('knows ln Γ(%d)', (x, logarithm) => {
  expect(logGamma(x)).toBeCloseTo(logarithm, 9);
});

it('sums the binomial distribution as its terms do', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (calls, events, p) => {
    let term = (1 - p) ** calls;
    let sum = term;
    for (let x = 1; x <= Math.min(events, calls); x++) {
      term *= ((calls - x + 1) / x) * (p / (1 - p));
      sum += term;
    }
    expect(binomialCdf(events, calls, p)).toBeCloseTo(events >= calls ? 1 : sum, 9);
  }), { seed: 1 });
});

it('stays exact for a million calls', () => {
  // The median of Binomial(n, 1/2) for odd n.
  expect(binomialCdf(500_000, 1_000_001, 0.5)).toBeCloseTo(0.5, 8);
});

it('bounds a rate from above as Clopper and Pearson do', () => {
  expect(clopperPearsonUpper(0, 200, 0.9)).toBeCloseTo(1 - 0.1 ** (1 / 200), 10);
  expect(clopperPearsonUpper(7, 100, 0.9)).toBeGreaterThan(0.07);
  expect(binomialCdf(7, 100, clopperPearsonUpper(7, 100, 0.9))).toBeCloseTo(0.1, 9);
  expect([clopperPearsonUpper(0, 0, 0.9), clopperPearsonUpper(5, 5, 0.9)]).toEqual([1, 1]);
});

it('finds the smallest order statistic that bounds a quantile with the confidence asked for', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.constantFrom(0.1, 0.5, 0.9, 0.99), fc.constantFrom(0.5, 0.9, 0.98), (calls, quantile, confidence) => {
    const rank = upperBoundRank(calls, quantile, confidence);
    const covers = (r: number): boolean => binomialCdf(r - 1, calls, quantile) >= confidence;
    if (rank === undefined) expect(covers(calls)).toBe(false);
    else expect([covers(rank), rank === 1 || !covers(rank - 1)]).toEqual([true, true]);
  }), { seed: 2 });
  // ln .1 / ln .99 = 229.1
  expect([upperBoundRank(229, 0.99, 0.9), upperBoundRank(230, 0.99, 0.9)]).toEqual([undefined, 230]);
});

it.each([[0, 0.5], [1.959963984540054, 0.975], [-3, 0.0013498980316300933], [6, 0.9999999990134123]])('knows the normal distribution at %d', (z, p) => {
  expect(normalCdf(z)).toBeCloseTo(p, 12);
  expect(normalQuantile(p)).toBeCloseTo(z, 6);
});
