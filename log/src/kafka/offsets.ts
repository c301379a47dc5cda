import { API_KEYS, type ProtocolCall, REQUESTS } from './kafkajs-internals.ts';
import type { KafkaCluster } from './kafka-cluster.ts';

/** Times with a meaning of their own in ListOffsets. The end is that of what is decided: the last stable offset. */
export const LATEST = -1;
export const EARLIEST = -2;

const READ_COMMITTED = 1;

interface ListedOffsets {
  readonly responses: readonly { readonly partitions: readonly { readonly offset: string }[] }[];
}

/** The first offset at or after a time, whatever stands there; -1 when there is none. */
export async function offsetOfTime(cluster: KafkaCluster, topic: string, partition: number, timestamp: number): Promise<number> {
  const leader = await cluster.leaderOf(topic, partition);
  const answer = await cluster.send(leader, (broker) => {
    const topics = [{ topic, partitions: [{ partition, timestamp }] }];
    return broker.lookupRequest(API_KEYS.ListOffsets, REQUESTS.ListOffsets)({ isolationLevel: READ_COMMITTED, topics }) as ProtocolCall<ListedOffsets>;
  });
  return Number(answer.responses[0]?.partitions[0]?.offset ?? -1);
}
