import { describe, expect, it } from 'vitest';
import { agreementOf, type Labelled } from './agreement.ts';

const times = (count: number, isGood: boolean, saidGood: boolean): Labelled[] => Array.from({ length: count }, () => ({ isGood, saidGood }));
/** A fixed walk through [0, 1). */
function walk(): () => number {
  let at = 0;
  return () => (at = (at + 0.6180339887498949) % 1);
}

describe('agreement with people', () => {
  it('is Cohen\'s kappa: the textbook table of 20, 5, 10 and 15 gives 0.4', () => {
    const agreement = agreementOf([...times(20, true, true), ...times(5, true, false), ...times(10, false, true), ...times(15, false, false)], walk());
    expect(agreement).toMatchObject({ items: 50, accuracy: 0.7, specificity: 0.8, sensitivity: 0.6, table: { goodGood: 20, goodBad: 5, badGood: 10, badBad: 15 } });
    expect(agreement.kappa).toBeCloseTo(0.4, 10);
    const [low, high] = agreement.kappaInterval ?? [Number.NaN, Number.NaN];
    expect(low).toBeGreaterThan(0.05);
    expect(low).toBeLessThan(0.4);
    expect(high).toBeGreaterThan(0.4);
    expect(high).toBeLessThan(0.75);
  });

  it('is not high because most items are good', () => {
    expect(agreementOf([...times(95, true, true), ...times(5, false, true)], walk())).toMatchObject({ accuracy: 0.95, kappa: 0 });
  });

  it('is unknown where there is nothing to compare', () => {
    expect(agreementOf([], walk())).toMatchObject({ items: 0, accuracy: undefined, kappaInterval: undefined });
    expect(agreementOf(times(10, true, true), walk()).kappa).toBeUndefined();
  });
});
