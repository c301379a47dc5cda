import { errorOfCode } from './kafkajs-internals.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { EARLIEST, LATEST, offsetOfTime } from './offsets.ts';
import { type FetchedPartition, fetchCall, type FetchLimits, type FetchPlace } from './protocol/fetch-call.ts';
import { committedRecords } from './protocol/read-committed.ts';
import { decodeBatches, type RecordBatch, type StoredRecord } from './protocol/record-batch.ts';

/** What one fetch brought of one partition. */
export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  /** Where it was asked from. */
  readonly fromOffset: number;
  readonly records: readonly StoredRecord[];
  /** Where the next fetch goes on: after the last batch, also when that was the end of a transaction. */
  readonly nextOffset: number;
  readonly firstOffset: number;
  /** Up to here everything is decided: what a reader of committed records can see. */
  readonly lastStableOffset: number;
  readonly highWatermark: number;
  /** What can never be read any more, for people. */
  readonly lost?: string;
}

const OFFSET_OUT_OF_RANGE = 1;

/** Fetches from partitions that all have the same leader. A partition in trouble is among the failures, the others are not held up by it. */
export async function fetchFrom(cluster: KafkaCluster, nodeId: number, places: readonly FetchPlace[], limits: FetchLimits): Promise<{ fetched: Fetched[]; failures: unknown[] }> {
  const partitions = await cluster.send(nodeId, (broker) => fetchCall(broker, places, limits));
  const fetched: Fetched[] = [];
  const failures: unknown[] = [];
  for (const place of places) {
    const answer = partitions.find(({ topic, partition }) => topic === place.topic && partition === place.partition);
    if (answer === undefined) continue;
    try {
      fetched.push(await readPlace(cluster, place, answer));
    } catch (error) {
      failures.push(error);
    }
  }
  return { fetched, failures };
}

function readPlace(cluster: KafkaCluster, place: FetchPlace, answer: FetchedPartition): Promise<Fetched> {
  if (answer.errorCode === 0) return readAnswer(answer, place.fromOffset);
  if (answer.errorCode === OFFSET_OUT_OF_RANGE) return whereItGoesOn(cluster, place);
  throw errorOfCode(answer.errorCode);
}

/** What stands in one partition up to its end, decided or not; the caller finds out by the ends of the transactions. */
export async function fetchUndecided(cluster: KafkaCluster, nodeId: number, place: FetchPlace): Promise<{ batches: RecordBatch[]; highWatermark: number }> {
  const [answer] = await cluster.send(nodeId, (broker) => fetchCall(broker, [place], { maxWaitMs: 0, maxBytes: place.maxBytes, isolation: 'undecided' }));
  if (answer === undefined) throw new Error(`the broker left ${place.topic}/${place.partition} out of its answer`);
  if (answer.errorCode !== 0) throw errorOfCode(answer.errorCode);
  return { batches: await decodeBatches(answer.recordSet), highWatermark: answer.highWatermark };
}

async function readAnswer(answer: FetchedPartition, fromOffset: number): Promise<Fetched> {
  const { topic, partition, logStartOffset, lastStableOffset, highWatermark } = answer;
  const batches = await decodeBatches(answer.recordSet);
  const nextOffset = Math.max(fromOffset, (batches.at(-1)?.lastOffset ?? -1) + 1);
  return { topic, partition, fromOffset, records: committedRecords(batches, answer.aborted, fromOffset), nextOffset, firstOffset: logStartOffset, lastStableOffset, highWatermark };
}

/**
 * The retention has deleted the offset: what is kept begins later. Or the partition ends before it, since its brokers have lost what they had acknowledged: what
 * comes goes on at the end. Read from the begin again it would all count a second time (docs/decisions/0019).
 */
async function whereItGoesOn(cluster: KafkaCluster, { topic, partition, fromOffset }: FetchPlace): Promise<Fetched> {
  const [firstOffset, lastStableOffset] = await Promise.all([offsetOfTime(cluster, topic, partition, EARLIEST), offsetOfTime(cluster, topic, partition, LATEST)]);
  const isDeleted = fromOffset < firstOffset;
  const nextOffset = isDeleted ? firstOffset : lastStableOffset;
  const lost = isDeleted ? `the retention has deleted offsets ${fromOffset} to ${firstOffset - 1} before they were read` : `it ends at ${lastStableOffset}, and was read up to ${fromOffset}: its brokers have lost records`;
  return { topic, partition, fromOffset, records: [], nextOffset, firstOffset, lastStableOffset, highWatermark: lastStableOffset, lost: `${topic}/${partition}: ${lost}` };
}
