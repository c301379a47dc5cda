import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { belowFloor, LEAST_PROBABILITY, samplingPlan } from './plan.ts';

const usual = { budget: 0.1, flaggedShare: 0.0414, doubt: 'none', belowFloor: false } as const;

describe('the plan of what is judged', () => {
  it('judges every flagged call, and of the plain ones what that leaves of the budget', () => {
    expect(samplingPlan(usual)).toEqual({ sampling: { flagged: 1, plain: 0.061 }, drawnFor: 'sample' });
  });

  it('judges a part of the flagged calls when they are more than the budget, and still one plain call in a hundred', () => {
    expect(samplingPlan({ ...usual, budget: 0.02 }).sampling).toEqual({ flagged: 0.25, plain: 0.01 });
    expect(samplingPlan({ ...usual, flaggedShare: 0.5 }).sampling).toEqual({ flagged: 0.19, plain: 0.01 });
  });

  it('judges five times as much in doubt', () => {
    expect(samplingPlan({ ...usual, doubt: 'suspicion' })).toEqual({ sampling: { flagged: 1, plain: 0.31 }, drawnFor: 'suspicion' });
  });

  it('judges every call that has to prove the judge\'s signal, and every call below the floor', () => {
    expect(samplingPlan({ ...usual, doubt: 'proof' })).toEqual({ sampling: { flagged: 1, plain: 1 }, drawnFor: 'probe' });
    expect(samplingPlan({ ...usual, belowFloor: true })).toEqual({ sampling: { flagged: 1, plain: 1 }, drawnFor: 'floor' });
  });

  it('keeps the budget on the average, to the rounding, and no probability below one in a hundred', () => {
    fc.assert(fc.property(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (budget, flaggedShare) => {
      const { sampling } = samplingPlan({ ...usual, budget, flaggedShare });
      for (const probability of [sampling.flagged, sampling.plain]) {
        expect(probability).toBeGreaterThanOrEqual(LEAST_PROBABILITY);
        expect(probability).toBeLessThanOrEqual(1);
      }
      expect(flaggedShare * sampling.flagged + (1 - flaggedShare) * sampling.plain).toBeLessThanOrEqual(budget * 1.06 + 1e-9);
      expect(sampling.flagged).toBeGreaterThanOrEqual(sampling.plain);
    }));
  });

  it('has few distinct probabilities, whatever the share of flagged calls', () => {
    const plans = new Set<string>();
    for (let share = 0; share <= 1; share += 0.0001) plans.add(JSON.stringify(samplingPlan({ ...usual, flaggedShare: share }).sampling));
    expect(plans.size).toBeLessThan(500);
  });
});

describe('the floor of an hour', () => {
  const HOUR_MS = 3_600_000;
  it('holds while a quiet target had too few judgements', () => {
    expect(belowFloor({ calls: 30, draws: 5, observedMs: HOUR_MS }, 0.1, 20)).toBe(true);
    expect(belowFloor({ calls: 30, draws: 20, observedMs: HOUR_MS }, 0.1, 20)).toBe(false);
  });

  it('does not hold for a busy target, whose share of the calls will give them', () => {
    expect(belowFloor({ calls: 400, draws: 5, observedMs: HOUR_MS / 4 }, 0.1, 20)).toBe(false);
  });

  it('does not hold before anything is known of the traffic', () => {
    expect(belowFloor({ calls: 0, draws: 0, observedMs: 0 }, 0.1, 20)).toBe(false);
  });
});
