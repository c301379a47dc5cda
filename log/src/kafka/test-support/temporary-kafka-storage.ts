import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import type { LogStorage } from '../../conformance/log-storage.ts';
import type { EventLog } from '../../event-log.ts';
import { type KafkaLogOptions, openKafkaLog } from '../kafka-log.ts';
import { withAdmin } from '../topics/topic-admin.ts';
import { topicPlans } from '../topics/topic-plan.ts';

export interface KafkaStorage extends LogStorage {
  readonly prefix: string;
  open(options?: Partial<KafkaLogOptions>): Promise<EventLog>;
}

/** Of the changelog: a test has few owners, and each partition costs the broker files. */
const STATE_PARTITIONS = 2;

/** Topics of their own for one test. */
export async function createKafkaStorage(brokers: readonly string[]): Promise<KafkaStorage> {
  const prefix = `test-${randomUUID()}.`;
  const plans = topicPlans({ prefix });
  const topics = plans.map(({ topic, partitions, config }) => ({
    topic, numPartitions: Math.min(partitions, topic.endsWith('.state') ? STATE_PARTITIONS : partitions), replicationFactor: 1, configEntries: [...config].map(([name, value]) => ({ name, value })),
  }));
  await withAdmin({ brokers }, 'creating topics', async (admin) => {
    await admin.createTopics({ waitForLeaders: false, topics });
    // The broker that is asked may not know of them yet.
    await vi.waitFor(() => admin.fetchTopicMetadata({ topics: plans.map(({ topic }) => topic) }), { timeout: 10_000, interval: 20 });
  });
  const opened: EventLog[] = [];
  return {
    prefix,
    async open(options = {}) {
      const log = await openKafkaLog({ brokers, topicPrefix: prefix, ...options });
      opened.push(log);
      return log;
    },
    child: { module: new URL('../open-in-child.ts', import.meta.url).href, argument: JSON.stringify({ brokers, topicPrefix: prefix }) },
    async destroy() {
      await Promise.all(opened.map((log) => log.close()));
      await withAdmin({ brokers }, 'deleting topics', (admin) => admin.deleteTopics({ topics: plans.map(({ topic }) => topic) }));
    },
  };
}
