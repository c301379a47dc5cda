import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { appendAll, bytes, proposal, PROPOSALS, readAll, SPANS, text, texts, useLog } from '../conformance/log-storage.ts';
import type { EventLog, LogRecord, StepHandler, StoredState } from '../event-log.ts';
import { CheckpointReader } from './checkpoint-reader.ts';
import { KafkaCluster } from './kafka-cluster.ts';
import { PartitionReader } from './partition-reader.ts';
import { describeWithKafka } from './test-support/describe-with-kafka.ts';
import { createKafkaStorage, type KafkaStorage } from './test-support/temporary-kafka-storage.ts';
import { CHECKPOINT_TOPIC } from './topics/topic-plan.ts';
import { withAdmin } from './topics/topic-admin.ts';
import { WrittenOffsets } from './written-offsets.ts';

/** The state is all that was read, by its number modulo 3. */
function fold(entries: Map<string, string>, records: readonly LogRecord[]): void {
  for (const value of texts(records)) entries.set(`third ${Number(value) % 3}`, `${entries.get(`third ${Number(value) % 3}`) ?? ''},${value}`);
}

function folding(stored: StoredState): StepHandler {
  const entries = asTexts(stored);
  return ({ records }) => {
    fold(entries, records);
    return { outputs: [], state: new Map([...entries].map(([key, value]) => [key, bytes(value)])) };
  };
}

function asTexts(stored: StoredState | undefined): Map<string, string> {
  return new Map([...(stored?.entries ?? [])].map(([key, value]) => [key, text(value)]));
}

async function foldInSteps(log: EventLog, numbers: readonly number[]): Promise<void> {
  const ownership = await log.acquire('folder', PROPOSALS, 0);
  const handler = folding(ownership.stored);
  for (const number of numbers) {
    await appendAll(log, [proposal(number)]);
    await ownership.step(handler);
    await pause(2);
  }
}

describeWithKafka('checkpoints', (brokers) => {
  describe('of a state', () => {
    const under = useLog(() => createKafkaStorage(brokers));
    /** As the retention does it. */
    const deleteBefore = (offset: number) => withAdmin({ brokers }, 'deleting records', async (admin) => {
      const topic = `${(under.storage as KafkaStorage).prefix}${PROPOSALS}`;
      // kafkajs looks a topic's leaders up for this request only.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    });

    it('let what is kept be folded to the same state after the begin was deleted, also across owners', async () => {
      const log = await (under.storage as KafkaStorage).open({ limits: { checkpointEveryMs: 1 } });
      await foldInSteps(log, [0, 1, 2, 3, 4, 5, 6, 7]);
      await foldInSteps(under.log, [8, 9]);
      expect(await under.log.readCheckpoint('folder', PROPOSALS, 0)).toBeUndefined();
      await deleteBefore(5);
      const checkpoint = await under.log.readCheckpoint('folder', PROPOSALS, 0);
      expect(checkpoint?.nextOffset).toBeGreaterThanOrEqual(5);
      const entries = asTexts(checkpoint);
      fold(entries, await readAll(under.log, PROPOSALS, 0, checkpoint?.nextOffset));
      expect(entries).toEqual(asTexts(await under.log.readState('folder', PROPOSALS, 0)));
    });

    it('are found also where what is kept begins with the end of a transaction', async () => {
      const log = await (under.storage as KafkaStorage).open({ limits: { checkpointEveryMs: 1 } });
      const writer = await log.acquire('writer', SPANS, 0);
      const folder = await log.acquire('folder', PROPOSALS, 0);
      const handler = folding(folder.stored);
      for (let number = 0; number < 8; number++) {
        await appendAll(log, [{ topic: SPANS, partition: 0, value: bytes(number) }]);
        await writer.step(({ records }) => ({ outputs: records.map(({ value }) => ({ topic: PROPOSALS, value })) }));
        await folder.step(handler);
        await pause(2);
      }
      // Each number is followed by the end of its transaction.
      await deleteBefore(5);
      const { prefix } = under.storage as KafkaStorage;
      const [topic, checkpoints] = [prefix + PROPOSALS, prefix + CHECKPOINT_TOPIC];
      const cluster = new KafkaCluster({ brokers }, [topic, checkpoints], () => undefined);
      try {
        const reader = new PartitionReader(cluster, new WrittenOffsets());
        const checkpoint = await new CheckpointReader(reader, checkpoints, await cluster.partitionCount(checkpoints), 0).oldest({ group: 'folder', topic: PROPOSALS, partition: 0 }, topic);
        expect(checkpoint?.nextOffset, 'the oldest that is left, not the newest').toBeLessThan(10);
      } finally {
        cluster.close();
      }
    });

    it('are as seldom as they were asked for, whoever owns the partition', async () => {
      await foldInSteps(under.log, [0, 1]);
      await foldInSteps(under.log, [2, 3]);
      await deleteBefore(3);
      expect(await under.log.readCheckpoint('folder', PROPOSALS, 0), 'one after the first step, the next in three hours').toBeUndefined();
    });

    it('leave out a reader what it has lost of its input', async () => {
      await foldInSteps(under.log, [0]);
      await (await under.log.acquire('folder', PROPOSALS, 0)).release();
      await appendAll(under.log, [1, 2, 3].map(proposal));
      await deleteBefore(2);
      const seen: string[] = [];
      await (await under.log.acquire('folder', PROPOSALS, 0)).step(({ records }) => {
        seen.push(...texts(records));
        return { outputs: [] };
      });
      expect(seen).toEqual(['2', '3']);
    });
  });
});
