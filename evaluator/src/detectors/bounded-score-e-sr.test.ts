import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOUNDED_COMPONENTS, boundedBets, initialBoundedState, updateBounded } from './bounded-score-e-sr.ts';

describe('the bounded-score test', () => {
  it('gives the golden vector: scores .9 .6 .2 1 0 against a mean of .85, bets .5 to 5', () => {
    const bets = Array.from({ length: BOUNDED_COMPONENTS }, (_, k) => 0.5 * 10 ** (k / (BOUNDED_COMPONENTS - 1)));
    const state = initialBoundedState();
    // The test is upward: badness is 1 − score, its null mean 1 − .85.
    const statistics = [0.9, 0.6, 0.2, 1, 0].map((score) => updateBounded(state, 1 - score, 1 - 0.85, bets));
    const golden = [0.8921801484, 2.8792630056, 9.9693285791, 5.9437506863, 19.9622325591];
    for (const [index, statistic] of statistics.entries()) expect(statistic).toBeCloseTo(golden[index] ?? Number.NaN, 8);
  });

  it('never bets so much that a factor could fall below 0', () => {
    fc.assert(fc.property(fc.double({ min: 0.001, max: 0.98, noNaN: true }), fc.double({ min: -99, max: 0, noNaN: true }), (m, lowest) => {
      for (const bet of boundedBets(m, lowest)) expect(1 + bet * (lowest - m)).toBeGreaterThan(0);
    }));
  });
});
