import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FailureClass, verdictOf } from '../failures/classify.ts';
import type { Plan } from '../routing/compile-entry.ts';
import { type NextStep, nextStep, type TriedTarget } from './next-step.ts';

const APP_ORDER: Plan = { order: [0, 1, 2], purpose: 'serve', reason: 'app-order' };

function failed(index: number, failure: FailureClass, retryAfterMs?: number): TriedTarget {
  return { index, verdict: verdictOf(failure), retryAfterMs };
}

function after(tried: readonly TriedTarget[], more: { plan?: Plan; remainingMs?: number } = {}): NextStep {
  return nextStep({ plan: more.plan ?? APP_ORDER, tried, remainingMs: more.remainingMs ?? 10_000, sharesAccount: () => false, jitter: 0 });
}

describe('what follows a failed attempt', () => {
  const PAIR: Plan = { ...APP_ORDER, order: [0, 1] };

  it('is the next target, at once', () => {
    expect(after([failed(0, 'rate-limit', 5_000)])).toEqual({ kind: 'try', index: 1 });
  });

  it('is a retry only when nobody else is left, of the one that is free first', () => {
    expect(after([failed(0, 'rate-limit', 5_000), failed(1, 'rate-limit', 1_000)], { plan: PAIR })).toEqual({ kind: 'retry', index: 1, waitMs: 1_000 });
    expect(after([failed(0, 'server-error'), failed(1, 'rate-limit', 1_000)], { plan: PAIR })).toEqual({ kind: 'retry', index: 0, waitMs: 200 });
    expect(after([failed(0, 'rate-limit', 5_000), failed(1, 'timeout')], { plan: PAIR, remainingMs: 4_000 })).toEqual({ kind: 'give-up' });
  });

  it('is nothing after a time-out of the only target', () => {
    expect(after([failed(0, 'timeout')], { plan: { ...APP_ORDER, order: [0] } })).toEqual({ kind: 'give-up' });
  });

  it('is nothing when the caller gave up, and never more than three attempts', () => {
    const failures: FailureClass[] = ['connection', 'server-error', 'rate-limit', 'timeout', 'invalid-request', 'unknown', 'quota'];
    fc.assert(fc.property(fc.shuffledSubarray([0, 1, 2]), fc.constantFrom(...failures), fc.constantFrom<Plan['purpose']>('serve', 'probe', 'standby'), (order, failure, purpose) => {
      fc.pre(order.length > 0);
      const plan: Plan = { order, purpose, reason: 'app-order' };
      const tried: TriedTarget[] = [failed(order[0] ?? 0, failure)];
      for (let step = after(tried, { plan }); step.kind !== 'give-up'; step = after(tried, { plan })) tried.push(failed(step.index, failure));
      expect(tried.length).toBeLessThanOrEqual(3);
      expect(after([...tried.slice(0, -1), failed(0, 'caller-abort')], { plan })).toEqual({ kind: 'give-up' });
    }));
  });

  it('is the primary when a target that the application did not choose refuses the request', () => {
    const overridden: Plan = { order: [1, 0, 2], purpose: 'serve', reason: 'override' };
    expect(after([failed(1, 'invalid-request')], { plan: overridden })).toEqual({ kind: 'try', index: 0 });
    expect(after([failed(1, 'invalid-request'), failed(0, 'invalid-request')], { plan: overridden })).toEqual({ kind: 'give-up' });
    expect(after([failed(0, 'invalid-request')])).toEqual({ kind: 'give-up' });
  });
});
