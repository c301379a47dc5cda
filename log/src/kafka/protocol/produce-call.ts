import { API_KEYS } from '../kafkajs-internals.ts';
import { ByteReader } from './byte-reader.ts';
import type { EncodedBatch } from './encode-batch.ts';
import type { PiecedCall } from './send-pieces.ts';

/** At most one batch a partition, as the protocol has it. */
export interface ProducedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: EncodedBatch;
}

export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: number;
}

/** Produce of this version is spoken by Kafka 2.1 and later, 4.x included. */
const VERSION = 7;
const ALL_IN_SYNC = -1;

/** kafkajs' own would fail all partitions for the error of one, and copies each batch seven times. */
export function produceCall(batches: readonly ProducedBatch[], options: { timeoutMs: number; transactionalId?: string }): PiecedCall<ProducedPartition[]> {
  return { apiKey: API_KEYS.Produce, apiVersion: VERSION, apiName: 'Produce', pieces: encodeProduce(batches, options), decode: decodeProduce };
}

function encodeProduce(batches: readonly ProducedBatch[], options: { timeoutMs: number; transactionalId?: string }): Buffer[] {
  const pieces: Buffer[] = [nullableString(options.transactionalId), header(options.timeoutMs, batches.length)];
  for (const { topic, partition, batch } of batches) pieces.push(nullableString(topic), int32(1), int32(partition), int32(batch.bytes), ...batch.pieces);
  return pieces;
}

function nullableString(text: string | undefined): Buffer {
  if (text === undefined) return Buffer.from([0xff, 0xff]);
  const bytes = Buffer.from(`\0\0${text}`);
  bytes.writeInt16BE(bytes.length - 2);
  return bytes;
}

function header(timeoutMs: number, topics: number): Buffer {
  const bytes = Buffer.allocUnsafe(10);
  bytes.writeInt16BE(ALL_IN_SYNC, 0);
  bytes.writeInt32BE(timeoutMs, 2);
  bytes.writeInt32BE(topics, 6);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function decodeProduce(payload: Buffer): ProducedPartition[] & { clientSideThrottleTime?: number } {
  const reader = new ByteReader(payload);
  const partitions = reader.array(decodeTopic).flat();
  return Object.assign(partitions, { clientSideThrottleTime: reader.int32() });
}

function decodeTopic(reader: ByteReader): ProducedPartition[] {
  const topic = reader.string();
  return reader.array((within) => {
    const partition = within.int32();
    const errorCode = within.int16();
    const baseOffset = within.int64();
    within.skip(16);
    return { topic, partition, errorCode, baseOffset };
  });
}
