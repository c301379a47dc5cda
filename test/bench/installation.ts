import type { EventLog } from '@understudy/log/event-log';
import { openKafkaLog } from '@understudy/log/kafka/kafka-log';
import { createTopics } from '@understudy/log/kafka/topics/topics';

/** Topics of their own on the broker of the bench. */
export interface Installation {
  readonly environment: NodeJS.ProcessEnv;
  /** Of the bench itself: it reads back what was acknowledged. */
  readonly log: EventLog;
  close(): Promise<void>;
}

export async function openInstallation(brokers: readonly string[], name: string): Promise<Installation> {
  const topicPrefix = `bench-${process.pid}-${name}.`;
  await createTopics({ brokers }, { prefix: topicPrefix });
  const log = await openKafkaLog({ brokers, topicPrefix });
  return { environment: { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC_PREFIX: topicPrefix }, log, close: () => log.close() };
}
