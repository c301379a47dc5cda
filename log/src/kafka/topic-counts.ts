import { setTimeout as pause } from 'node:timers/promises';
import { UnderstudyError } from '@understudy/contracts/problem';
import type { KafkaCluster } from './kafka-cluster.ts';
import { isUnknownTopic } from './problems.ts';

/** A broker hears of a new topic a moment after it was made, a busy one later. */
const MISSING_FOR_MS = 5_000;
const LOOK_AGAIN_MS = 250;

/** How many partitions each topic has. */
export async function countPartitions(cluster: KafkaCluster, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const missingAtMs = performance.now() + MISSING_FOR_MS;
  for (;;) {
    try {
      return new Map(await Promise.all(topics.map(async (topic) => [topic, await cluster.partitionCount(topic)] as const)));
    } catch (error) {
      if (!isUnknownTopic(error)) throw error;
      if (performance.now() > missingAtMs) throw topicsMissing(error);
      await pause(LOOK_AGAIN_MS);
      await cluster.refresh().catch(() => undefined);
    }
  }
}

function topicsMissing(cause: unknown): UnderstudyError {
  return new UnderstudyError({ code: 'CONFIGURATION', message: 'Topics are missing in Kafka.', fix: 'Run `understudy topics`: it creates those that are missing. Where KAFKA_TOPIC_PREFIX is set, set it there too.', cause });
}
