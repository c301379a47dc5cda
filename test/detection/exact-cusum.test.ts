import { expect, it } from 'vitest';
import { exactRunLength } from './exact-cusum.ts';

// Exact values of the optimum (Bernoulli CUSUM on a lattice), computed independently.
it.each([
  { p0: 0.02, p1: 0.1, step: 20, limit: 95, arl: 101_480, delay: 90.5731 },
  { p0: 0.02, p1: 0.1, step: 20, limit: 68, arl: 10_232, delay: 63.5338 },
  { p0: 0.02, p1: 0.1, step: 20, limit: 123, arl: 1.07732e6, delay: 118.5803 },
  { p0: 0.05, p1: 0.15, step: 11, limit: 76, arl: 109_824, delay: 109.1197 },
  { p0: 0.01, p1: 0.03, step: 55, limit: 319, arl: 100_040, delay: 446.0726 },
])('has mean $arl calls to a false alarm and $delay to detection for $p0 → $p1, within 0.1 %', ({ p0, p1, step, limit, arl, delay }) => {
  expect(Math.abs(exactRunLength({ step, limit }, p0) / arl - 1)).toBeLessThan(0.001);
  expect(Math.abs(exactRunLength({ step, limit }, p1) / delay - 1)).toBeLessThan(0.001);
});
