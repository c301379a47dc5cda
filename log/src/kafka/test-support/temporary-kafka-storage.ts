import { randomUUID } from 'node:crypto';
import type { LogStorage } from '../../conformance/log-storage.ts';
import type { EventLog } from '../../event-log.ts';
import { type KafkaLogOptions, openKafkaLog } from '../kafka-log.ts';
import { withAdmin } from '../topics/topic-admin.ts';
import { topicPlans } from '../topics/topic-plan.ts';
import { createTopics } from '../topics/topics.ts';

export interface KafkaStorage extends LogStorage {
  readonly prefix: string;
  open(options?: Partial<KafkaLogOptions>): Promise<EventLog>;
}

/** Topics of their own for one test. */
export async function createKafkaStorage(brokers: readonly string[]): Promise<KafkaStorage> {
  const prefix = `test-${randomUUID()}.`;
  await createTopics({ brokers }, { prefix });
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
      await withAdmin({ brokers }, 'deleting topics', (admin) => admin.deleteTopics({ topics: topicPlans({ prefix }).map(({ topic }) => topic) }));
    },
  };
}
