import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventLog, PartitionOwnership, StepHandler } from '../event-log.ts';
import { appendAll, CALLS, type CreateStorage, proposal, PROPOSALS, readTopic, SPANS, stepToTheEnd, texts, useLog } from './log-storage.ts';

const copy: StepHandler = async ({ records }) => {
  await new Promise((resolve) => setImmediate(resolve));
  return { outputs: records.map((record) => ({ topic: CALLS, partition: 0, value: record.value })) };
};

/** What one opening has committed another may see a moment later. */
const SEEN_SOON = { timeout: 5_000 };

export function describeOwning(create: CreateStorage): void {
  const under = useLog(create);
  let other: EventLog;
  beforeEach(async () => {
    other = await under.storage.open();
  });

  describe('owning a partition', () => {
    it('fences a paused owner whose partition was taken over meanwhile', async () => {
      await appendAll(under.log, [proposal('a'), proposal('b')]);
      const paused = await under.log.acquire('reader', PROPOSALS, 0);
      let resume: () => void = () => undefined;
      const resumed = new Promise<void>((resolve) => {
        resume = resolve;
      });
      let entered: () => void = () => undefined;
      const inHandler = new Promise<void>((resolve) => {
        entered = resolve;
      });
      const late = paused.step(async (input) => {
        entered();
        await resumed;
        return copy(input);
      });
      await inHandler;
      const taker = await other.acquire('reader', PROPOSALS, 0);
      expect(await taker.step(copy)).toMatchObject({ kind: 'committed', records: 2 });
      resume();
      expect(await late).toEqual({ kind: 'fenced' });
      expect(await paused.step(copy)).toEqual({ kind: 'fenced' });
      await expect.poll(async () => texts(await readTopic(under.log, CALLS)), SEEN_SOON).toEqual(['a', 'b']);
    });

    it('never lets two owners both commit while they step and take over at the same time', async () => {
      const numbers = Array.from({ length: 200 }, (_, number) => String(number));
      await appendAll(under.log, numbers.map(proposal));
      const run = async (own: EventLog) => {
        for (let takeovers = 0; takeovers < 10; takeovers++) {
          const ownership = await own.acquire('reader', PROPOSALS, 0);
          for (let steps = 0; steps < 4; steps++) await ownership.step(copy, { maxRecords: 3 });
        }
      };
      await Promise.all([run(under.log), run(other), run(under.log)]);
      await stepToTheEnd(await under.log.acquire('reader', PROPOSALS, 0), copy);
      await expect.poll(async () => texts(await readTopic(under.log, CALLS)), SEEN_SOON).toEqual(numbers);
    });

    it('is fenced once released, and another owner goes on where it stopped', async () => {
      await appendAll(under.log, [proposal('a'), proposal('b')]);
      const first = await under.log.acquire('reader', PROPOSALS, 0);
      await first.step(copy, { maxRecords: 1 });
      await first.release();
      expect(await first.step(copy)).toEqual({ kind: 'fenced' });
      const second = await other.acquire('reader', PROPOSALS, 0);
      await first.release();
      expect(await stepToTheEnd(second, copy)).toEqual({ kind: 'idle' });
      await expect.poll(async () => texts(await readTopic(under.log, CALLS)), SEEN_SOON).toEqual(['a', 'b']);
    });

    it('keeps groups apart', async () => {
      await appendAll(under.log, [proposal('a')]);
      const owners: PartitionOwnership[] = [await under.log.acquire('one', PROPOSALS, 0), await under.log.acquire('two', PROPOSALS, 0)];
      for (const owner of owners) expect(await owner.step(copy)).toMatchObject({ kind: 'committed', records: 1 });
      await expect.poll(async () => texts(await readTopic(under.log, CALLS)), SEEN_SOON).toEqual(['a', 'a']);
    });
  });
}

export function describeSharing(create: CreateStorage): void {
  const under = useLog(create);

  describe('sharing the partitions of a topic', () => {
    it('is advised to the only member of a group for every partition', async () => {
      const assigned = vi.fn<(partitions: readonly number[]) => void>();
      const subscription = await under.log.subscribe('reader', CALLS, assigned);
      await vi.waitFor(() => expect([...(assigned.mock.lastCall?.[0] ?? [])].sort()).toEqual([0, 1, 2, 3]), { timeout: 20_000 });
      expect(subscription.healthy()).toBe(true);
      await subscription.leave();
    });

    it('has a place of its own for each topic that a group reads', async () => {
      const topics = [CALLS, SPANS] as const;
      const assigned = topics.map(() => vi.fn<(partitions: readonly number[]) => void>());
      const subscriptions = await Promise.all(topics.map((topic, index) => under.log.subscribe('reader', topic, (partitions) => assigned[index]?.(partitions))));
      for (const each of assigned) await vi.waitFor(() => expect([...(each.mock.lastCall?.[0] ?? [])].sort()).toEqual([0, 1, 2, 3]), { timeout: 20_000 });
      for (const subscription of subscriptions) await subscription.leave();
    });
  });
}
