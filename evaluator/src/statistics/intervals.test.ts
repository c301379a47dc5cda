import { describe, expect, it } from 'vitest';
import { meanInterval, medianInterval, rateInterval } from './intervals.ts';

describe('95 % intervals', () => {
  it('of a rate are those of Clopper and Pearson', () => {
    // R: binom.test(3, 40)$conf.int, binom.test(0, 10)$conf.int, binom.test(10, 10)$conf.int
    const cases = [[3, 40, 0.01574, 0.20386], [0, 10, 0, 0.30850], [10, 10, 0.69150, 1]] as const;
    for (const [events, calls, low, high] of cases) {
      const found = rateInterval(events, calls);
      expect(found.low).toBeCloseTo(low, 4);
      expect(found.high).toBeCloseTo(high, 4);
    }
  });

  it('of a median are values that occurred, as many above as below', () => {
    const sorted = Array.from({ length: 20 }, (_, index) => index + 1);
    // The 6th and the 15th of 20: P(Binomial(20, ½) ≤ 5) = .0207 on each side.
    expect(medianInterval(sorted)).toEqual({ low: 6, high: 15 });
    expect(medianInterval([1, 2, 3, 4, 5])).toBeUndefined();
    expect(medianInterval([1, 2, 3, 4, 5, 6])).toEqual({ low: 1, high: 6 });
  });

  it('of a mean stay within 0 and 1, and need two calls', () => {
    expect(meanInterval(0.5, 0.25, 101)?.high).toBeCloseTo(0.598, 3);
    expect(meanInterval(0.01, 0.05, 11)?.low).toBe(0);
    expect(meanInterval(0.5, 0, 1)).toBeUndefined();
  });
});
