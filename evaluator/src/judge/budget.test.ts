import { describe, expect, it } from 'vitest';
import { bookDay, budgetRefusal, canAffordAnchors } from './budget.ts';
import { newDay, newRouteBook } from './judge-state.ts';

const LIMITS = { day: { usdPerDay: 1, callsPerDay: 100, reservePercent: 30 } };
const spent = (usd: number, calls: number, plain = true) => bookDay(newDay('2026-06-01'), { usd, calls, urgent: !plain, isAnchor: false });
const plain = { mostUsd: 0.1, urgent: false };
const urgent = { mostUsd: 0.1, urgent: true };

describe('room in the budget', () => {
  it('is there up to the last cent and the last call', () => {
    expect(budgetRefusal(LIMITS, spent(0.9, 10, false), undefined, urgent)).toBeUndefined();
    expect(budgetRefusal(LIMITS, spent(0.91, 10, false), undefined, urgent)).toBe('budget-day');
    expect(budgetRefusal(LIMITS, spent(0, 99, false), undefined, urgent)).toBeUndefined();
    expect(budgetRefusal(LIMITS, spent(0, 100, false), undefined, urgent)).toBe('calls-day');
  });

  it('is kept for what is urgent, in money and in calls', () => {
    expect(budgetRefusal(LIMITS, spent(0.6, 10), undefined, plain)).toBeUndefined();
    expect(budgetRefusal(LIMITS, spent(0.65, 10), undefined, plain)).toBe('reserve');
    expect(budgetRefusal(LIMITS, spent(0, 70), undefined, plain)).toBe('reserve');
    expect(budgetRefusal(LIMITS, spent(0.65, 70), undefined, urgent)).toBeUndefined();
    // What urgent ones took of the whole is not taken from the plain part a second time.
    expect(budgetRefusal(LIMITS, spent(0.5, 40, false), undefined, plain)).toBeUndefined();
  });

  it('is within the route\'s own, urgent or not', () => {
    const limits = { ...LIMITS, route: { usdPerDay: 0.2, callsPerDay: 5 } };
    const route = newRouteBook('2026-06-01');
    expect(budgetRefusal(limits, spent(0.2, 5), { ...route, usd: 0.15 }, urgent)).toBe('budget-route');
    expect(budgetRefusal(limits, spent(0.2, 5), { ...route, calls: 5 }, urgent)).toBe('calls-route');
    expect(budgetRefusal(limits, spent(0.2, 5), { ...route, usd: 0.1, calls: 4 }, urgent)).toBeUndefined();
  });

  it('is none where the limit is 0, whatever a judgement costs', () => {
    expect(budgetRefusal({ day: { ...LIMITS.day, usdPerDay: 0 } }, newDay('d'), undefined, { mostUsd: 0, urgent: true })).toBe('budget-day');
    expect(budgetRefusal({ day: { ...LIMITS.day, callsPerDay: 0 } }, newDay('d'), undefined, { mostUsd: 0, urgent: true })).toBe('calls-day');
  });

  it('for anchors ends at a quarter of the day\'s', () => {
    const limits = { usdPerDay: 4, callsPerDay: 400 };
    const once = bookDay(newDay('d'), { usd: 0.5, calls: 50, urgent: true, isAnchor: true });
    expect(canAffordAnchors(limits, once, { usd: 0.5, calls: 50 })).toBe(true);
    expect(canAffordAnchors(limits, once, { usd: 0.51, calls: 50 })).toBe(false);
    expect(canAffordAnchors(limits, once, { usd: 0.5, calls: 51 })).toBe(false);
  });
});
