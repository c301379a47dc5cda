import { hash32 } from '@understudy/contracts/hash32';
import type { SnapshotRoute } from '@understudy/contracts/snapshot';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileEntry, type Plan } from './compile-entry.ts';
import { type BreakerPhase, planCall, type RoutingInput } from './plan.ts';
import { conversationDraw } from './shares.ts';

const TARGETS = ['openai/main', 'openai/spare', 'openai/last'];
const APP_ORDER: Plan = { order: [0, 1, 2], purpose: 'serve', reason: 'app-order' };

type Share = [id: string, percent: number, purpose?: 'serve' | 'probe' | 'standby'];

function entry(...shares: Share[]): SnapshotRoute {
  return { targets: shares.map(([id, percent, purpose = 'serve']) => ({ id, percent, purpose })), reason: 'test' };
}

function plan(input: Partial<RoutingInput> & { entry?: SnapshotRoute; open?: number[] }): Plan {
  const phaseOf = (index: number): BreakerPhase => (input.open?.includes(index) ? 'open' : 'closed');
  return planCall({
    appOrder: APP_ORDER, slices: input.entry && compileEntry(TARGETS, input.entry), draw: input.draw ?? 50, forced: input.forced,
    anyBreakerOpen: (input.open ?? []).length > 0, phaseOf,
  });
}

describe('a routing decision', () => {
  it('is the app order without an override', () => {
    expect(plan({})).toEqual(APP_ORDER);
  });

  it('is the override where there is one, with the app order behind it', () => {
    expect(plan({ entry: entry(['openai/last', 100]) })).toMatchObject({ order: [2, 0, 1], purpose: 'serve', reason: 'override' });
  });

  it('is the app order for the part of a ramp that stays with the primary', () => {
    const ramp = entry(['openai/main', 90], ['openai/spare', 10]);
    expect(plan({ entry: ramp, draw: 89.9 })).toMatchObject({ order: [0, 1, 2], reason: 'app-order' });
    expect(plan({ entry: ramp, draw: 90 })).toMatchObject({ order: [1, 0, 2], reason: 'override' });
  });

  it('draws probes of the primary, which go on to the serving target', () => {
    const probing = entry(['openai/spare', 95], ['openai/main', 5, 'probe']);
    expect(plan({ entry: probing, draw: 4 })).toMatchObject({ order: [0, 1, 2], purpose: 'probe', reason: 'probe' });
    expect(plan({ entry: probing, draw: 5 })).toMatchObject({ order: [1, 0, 2], purpose: 'serve', reason: 'override' });
  });

  it('draws standby calls for the fallback, which go on to the primary', () => {
    const standby = entry(['openai/main', 98], ['openai/spare', 2, 'standby']);
    expect(plan({ entry: standby, draw: 98.5 })).toMatchObject({ order: [1, 0, 2], purpose: 'standby', reason: 'standby' });
    expect(plan({ entry: standby, draw: 10 })).toMatchObject({ order: [0, 1, 2], purpose: 'serve', reason: 'app-order' });
  });

  it('leaves out a target whose breaker is open, but not for a probe', () => {
    expect(plan({ open: [0] })).toMatchObject({ order: [1, 2], reason: 'breaker' });
    expect(plan({ open: [1] })).toMatchObject({ order: [0, 2], reason: 'app-order' });
    expect(plan({ open: [1], entry: entry(['openai/spare', 100]) })).toMatchObject({ order: [0, 2], purpose: 'serve', reason: 'breaker' });
    expect(plan({ open: [0], entry: entry(['openai/main', 100, 'probe']) })).toMatchObject({ order: [0, 1, 2], purpose: 'probe' });
    expect(plan({ open: [1], entry: entry(['openai/spare', 100, 'standby']) })).toMatchObject({ order: [0, 2], purpose: 'serve', reason: 'breaker' });
  });

  it('passes the breakers by when all are open', () => {
    expect(plan({ open: [0, 1, 2] })).toEqual(APP_ORDER);
  });

  it('obeys the local kill switch before everything else', () => {
    expect(plan({ forced: 2, open: [2], entry: entry(['openai/spare', 100]) })).toMatchObject({ order: [2, 0, 1], purpose: 'serve', reason: 'kill-switch' });
  });

  it('ignores an entry about a target that this call does not have', () => {
    expect(compileEntry(TARGETS, entry(['openai/other', 90], ['openai/spare', 10]))).toBeUndefined();
  });

  it('always tries every declared target that it may, each once', () => {
    const shares = fc.tuple(fc.nat(100), fc.nat(100)).map(([left, right]) => {
      const [low, high] = [Math.min(left, right), Math.max(left, right)];
      return entry(['openai/main', low, 'probe'], ['openai/spare', high - low], ['openai/last', 100 - high, 'standby']);
    });
    fc.assert(fc.property(shares, fc.double({ min: 0, max: 100, maxExcluded: true, noNaN: true }), fc.subarray([0, 1, 2]), (entryOfShares, draw, open) => {
      const { order } = plan({ entry: entryOfShares, draw, open });
      expect(new Set(order).size).toBe(order.length);
      expect(order.length).toBeGreaterThan(0);
      for (const index of [0, 1, 2]) if (!open.includes(index)) expect(order).toContain(index);
    }));
  });
});

describe('shares of conversations', () => {
  const sideOf = (id: string, sparePercent: number): number | undefined =>
    plan({ entry: entry(['openai/main', 100 - sparePercent], ['openai/spare', sparePercent]), draw: conversationDraw(hash32('answer'), id) }).order[0];

  it('are nested: who is on the fallback stays there while its share grows', () => {
    fc.assert(fc.property(fc.uuid(), fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }), (id, left, right) => {
      const [small, large] = [Math.min(left, right), Math.max(left, right)];
      if (sideOf(id, small) === 1) expect(sideOf(id, large)).toBe(1);
      if (sideOf(id, large) === 0) expect(sideOf(id, small)).toBe(0);
    }));
  });

  it('are as large as they say', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `conversation-${index}`);
    const onSpare = ids.filter((id) => sideOf(id, 10) === 1).length;
    // Four standard deviations of a fair draw.
    expect(Math.abs(onSpare - 2_000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.1 * 0.9));
  });

  it('differ between routes', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `conversation-${index}`);
    const same = ids.filter((id) => conversationDraw(hash32('one'), id) < 50 === conversationDraw(hash32('two'), id) < 50).length;
    expect(same).toBeGreaterThan(400);
    expect(same).toBeLessThan(600);
  });
});
