import { API_KEYS, type KafkajsBroker, type ProtocolCall, REQUESTS } from '../kafkajs-internals.ts';
import { ByteReader } from './byte-reader.ts';
import type { AbortedTransaction } from './read-committed.ts';

export interface FetchPlace {
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly maxBytes: number;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly recordSet: Buffer;
}

export interface FetchLimits {
  /** How long the broker may wait for something new. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly isolation?: keyof typeof ISOLATION;
}

const ISOLATION = { undecided: 0, committed: 1 } as const;
/** Fetch of this version is spoken by Kafka 2.3 and later, and is the highest that kafkajs can write. */
const VERSION = 11;

/** The answer is read by code of ours: kafkajs' own forgets where an emptied batch ends, and fails all partitions for the error of one. */
export function fetchCall(broker: KafkajsBroker, places: readonly FetchPlace[], limits: FetchLimits): ProtocolCall<FetchedPartition[]> {
  const topics = places.map(({ topic, partition, fromOffset, maxBytes }) => ({ topic, partitions: [{ partition, fetchOffset: fromOffset, maxBytes }] }));
  const call = broker.lookupRequest(API_KEYS.Fetch, REQUESTS.Fetch)({ isolationLevel: ISOLATION[limits.isolation ?? 'committed'], maxWaitTime: limits.maxWaitMs, minBytes: 1, maxBytes: limits.maxBytes, topics });
  if (call.request.apiVersion !== VERSION) throw new Error(`the broker speaks version ${call.request.apiVersion} of Fetch: Kafka 2.3 or later is needed`);
  return { ...call, response: { decode: async (payload) => decodeFetch(payload), parse: async (decoded) => decoded } };
}

function decodeFetch(payload: Buffer): FetchedPartition[] & { clientSideThrottleTime?: number } {
  const reader = new ByteReader(payload);
  const clientSideThrottleTime = reader.int32();
  reader.skip(6);
  const partitions = reader.array(decodeTopic).flat();
  return Object.assign(partitions, { clientSideThrottleTime });
}

function decodeTopic(reader: ByteReader): FetchedPartition[] {
  const topic = reader.string();
  return reader.array((within) => decodePartition(within, topic));
}

function decodePartition(reader: ByteReader, topic: string): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  const logStartOffset = reader.int64();
  const aborted = reader.array((within) => ({ producerId: within.int64(), firstOffset: within.int64() }));
  reader.skip(4);
  const length = reader.int32();
  return { topic, partition, errorCode, highWatermark, lastStableOffset, logStartOffset, aborted, recordSet: reader.bytes(Math.max(0, length)) };
}
