import { expect, it } from 'vitest';
import { bernoulliFactors, initialBernoulliState, updateBernoulli } from './bernoulli-e-sr.ts';
import { alertingNull, switchingNull } from './null-rates.ts';
import { cutsExceeded, cutsUndercut, initialQuantileState, quantileFactors, updateQuantile } from './quantile-e-sr.ts';
import { perfectProbesNeeded } from './recovery-e-process.ts';

it('reproduces the Bernoulli e-SR vector (m = .02; 1, 0, 0, 1, 1)', () => {
  const state = initialBernoulliState();
  const factors = bernoulliFactors(0.02);
  const statistics = [true, false, false, true, true].map((failed) => updateBernoulli(state, Number(failed), factors));
  const expected = [4.6995405706, 5.1588241738, 5.607046127, 34.2154335713, 218.8758401292];
  statistics.forEach((statistic, index) => { expect(statistic).toBeCloseTo(expected[index] ?? Number.NaN, 8); });
});

it('reproduces the quantile e-SR vector (bins 3, 6, 0, 5, 1)', () => {
  const state = initialQuantileState();
  const factors = quantileFactors([0.25, 0.5, 0.75, 0.9, 0.95, 0.99]);
  const statistics = [3, 6, 0, 5, 1].map((bin) => updateQuantile(state, bin, factors));
  const expected = [1.2622407597, 25.5053165568, 3.4451903600, 13.4692729065, 7.2895477406];
  statistics.forEach((statistic, index) => { expect(statistic).toBeCloseTo(expected[index] ?? Number.NaN, 8); });
});

it.each([[0.01, 608], [0.05, 119], [0.1, 58]])('needs for p_rec = %d exactly %d perfect probes at alpha = .01', (pRec, probes) => {
  expect(perfectProbesNeeded(pRec, 0.01)).toBe(probes);
});

it('counts only the cuts that a value is strictly beyond', () => {
  expect([cutsExceeded(1, [1, 2]), cutsExceeded(1.5, [1, 2]), cutsExceeded(3, [1, 2])]).toEqual([0, 1, 2]);
  expect([cutsUndercut(2, [2, 1]), cutsUndercut(1.5, [2, 1]), cutsUndercut(0, [2, 1])]).toEqual([0, 1, 2]);
});

it('takes the 90 % upper bound as the alerting null, and never less than rate + tolerance as the switching null', () => {
  expect(alertingNull(0, 200)).toBeCloseTo(0.01145, 4);
  expect(switchingNull(0, 200, 0.1)).toBeCloseTo(0.1, 10);
  expect(switchingNull(100, 200, 0.01)).toBeCloseTo(0.5555, 2);
});

it('switches an upward test off rather than clipping its null', () => {
  expect(switchingNull(199, 200, 0.01)).toBeUndefined();
});
