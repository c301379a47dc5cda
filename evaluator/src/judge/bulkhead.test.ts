import { describe, expect, it } from 'vitest';
import { bulkhead } from './bulkhead.ts';

const forever = new AbortController().signal;
const leaveOf = (entry: { kind: string; leave?: () => void }): (() => void) => entry.leave ?? (() => expect.unreachable(entry.kind));

describe('a bulkhead', () => {
  it('lets so many in, makes so many wait in their order, and turns the rest away', async () => {
    const places = bulkhead(1, 2);
    const first = await places.enter(forever);
    const order: number[] = [];
    const [second, third] = [1, 2].map((number) => places.enter(forever).then((entry) => {
      order.push(number);
      return entry;
    }));
    expect((await places.enter(forever)).kind).toBe('full');
    leaveOf(first)();
    leaveOf(first)();
    leaveOf(await second ?? { kind: 'none' })();
    leaveOf(await third ?? { kind: 'none' })();
    expect(order).toEqual([1, 2]);
    expect((await places.enter(forever)).kind).toBe('entered');
  });

  it('forgets who gives up while waiting, and lets nobody in who has given up already', async () => {
    const places = bulkhead(1, 1);
    const first = await places.enter(forever);
    const abort = new AbortController();
    const waiting = places.enter(abort.signal);
    abort.abort();
    expect((await waiting).kind).toBe('aborted');
    expect((await places.enter(abort.signal)).kind).toBe('aborted');
    leaveOf(first)();
    expect((await places.enter(forever)).kind).toBe('entered');
  });
});
