import { API_KEYS, type ProtocolCall, REQUESTS } from './kafkajs-internals.ts';
import type { KafkaCluster } from './kafka-cluster.ts';

/** Times with a meaning of their own in ListOffsets. */
export const LATEST = -1;
export const EARLIEST = -2;

/** Up to where an answer looks: what is decided, or all that is replicated. */
const ISOLATION = { decided: 1, replicated: 0 } as const;

interface ListedOffsets {
  readonly responses: readonly { readonly partitions: readonly { readonly offset: string }[] }[];
}

/**
 * The first offset at or after a time, whatever stands there; -1 when there is none. The latest one is the last stable offset, or the high watermark of all that is
 * replicated. A leader that is new, and does not know yet how far its followers are, refuses to answer: nothing that was acknowledged is beyond its answer.
 */
export async function offsetOfTime(cluster: KafkaCluster, topic: string, partition: number, timestamp: number, of: keyof typeof ISOLATION = 'decided'): Promise<number> {
  const leader = await cluster.leaderOf(topic, partition);
  const answer = await cluster.send(leader, (broker) => {
    const topics = [{ topic, partitions: [{ partition, timestamp }] }];
    return broker.lookupRequest(API_KEYS.ListOffsets, REQUESTS.ListOffsets)({ isolationLevel: ISOLATION[of], topics }) as ProtocolCall<ListedOffsets>;
  });
  return Number(answer.responses[0]?.partitions[0]?.offset ?? -1);
}
