import { beforeEach, describe, expect, it } from 'vitest';
import { allTo, snapshotOf } from '../../test-support/signing-evaluator.ts';
import { SnapshotStore } from './snapshot-store.ts';

describe('the snapshot in force', () => {
  let declared: Map<string, Set<string>>;
  let store: SnapshotStore;
  const offer = (version: number, nowMs = 0, more: object = {}, ageMs = 0): string => {
    const offered = store.offer(snapshotOf({ answer: allTo('openai/spare') }, { version, ...more }), nowMs, ageMs);
    return offered.kind === 'rejected' ? offered.reason : offered.kind;
  };

  beforeEach(() => {
    declared = new Map([['answer', new Set(['openai/main', 'openai/spare'])]]);
    store = new SnapshotStore((route) => declared.get(route));
  });

  it('holds for its lease and not a moment longer', () => {
    expect(offer(1, 1_000)).toBe('accepted');
    expect(store.entry('answer', 60_999)?.version).toBe('1.1');
    expect(store.entry('answer', 61_000)).toBeUndefined();
    expect(store.status(61_000)).toMatchObject({ state: 'expired', leaseRemainingMs: 0 });
  });

  it('never holds longer than a minute, whatever it asks for', () => {
    offer(1, 0, { ttlMs: 3_600_000 });
    expect(store.entry('answer', 60_000)).toBeUndefined();
  });

  it('renews its lease only by a higher version', () => {
    offer(5, 0);
    expect(offer(5, 30_000)).toBe('known');
    expect(offer(4, 30_000)).toBe('old-version');
    expect(offer(99, 30_000, { epoch: 0 })).toBe('old-version');
    expect(store.entry('answer', 60_000)).toBeUndefined();
    expect(offer(6, 61_000)).toBe('accepted');
    expect(store.entry('answer', 120_000)?.version).toBe('1.6');
  });

  it('takes a new epoch from version 1 on, and the old one never again', () => {
    offer(50, 0);
    expect(offer(1, 1, { epoch: 2 })).toBe('accepted');
    expect(offer(51, 2)).toBe('old-version');
  });

  it('rejects a snapshot that was issued longer ago than it holds', () => {
    expect(offer(1, 0, {}, 3_600_000)).toBe('expired');
    expect(offer(1, 0, {}, 59_000)).toBe('accepted');
  });

  it('rejects the whole snapshot for one target that was not declared, and keeps the last good one', () => {
    offer(1, 0);
    const offered = store.offer(snapshotOf({ answer: allTo('openai/main'), other: allTo('x/y') }, { version: 2 }), 1, 0);
    expect(offered.kind).toBe('accepted');
    declared.set('other', new Set(['a/b']));
    expect(store.offer(snapshotOf({ answer: allTo('openai/spare'), other: allTo('x/y') }, { version: 3 }), 2, 0)).toMatchObject({ reason: 'undeclared-target' });
    expect(store.entry('answer', 3)?.entry.targets[0]?.id).toBe('openai/main');
    expect(store.status(3)).toMatchObject({ rejected: 1, lastRejection: { reason: 'undeclared-target', detail: 'x/y on other' } });
  });

  it('lets go of a snapshot that names a stranger on a route declared later', () => {
    store.offer(snapshotOf({ later: allTo('x/y') }), 0, 0);
    declared.set('later', new Set(['a/b']));
    store.recheck();
    expect(store.entry('later', 1)).toBeUndefined();
    expect(store.status(1)).toMatchObject({ state: 'none', lastRejection: { reason: 'undeclared-target' } });
  });
});
