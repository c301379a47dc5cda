import { UnderstudyError } from '@understudy/contracts/problem';
import type { KafkaCluster } from './kafka-cluster.ts';
import { isUnknownTopic } from './problems.ts';

/** How many partitions each topic has. */
export async function countPartitions(cluster: KafkaCluster, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  try {
    const counts = await Promise.all(topics.map(async (topic) => [topic, await cluster.partitionCount(topic)] as const));
    return new Map(counts);
  } catch (error) {
    if (isUnknownTopic(error)) throw topicsMissing(error);
    throw error;
  }
}

function topicsMissing(cause: unknown): UnderstudyError {
  return new UnderstudyError({ code: 'CONFIGURATION', message: 'Topics are missing in Kafka.', fix: 'Run `understudy topics`: it says which are missing, and creates them with --create.', cause });
}
