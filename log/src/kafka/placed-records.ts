import { UnderstudyError } from '@understudy/contracts/problem';
import type { TopicName } from '@understudy/contracts/topics';
import type { NewRecord } from '../event-log.ts';
import { PartitionChooser } from '../partition-chooser.ts';
import type { OutgoingRecord } from './protocol/encode-batch.ts';
import { keyBytes } from './record-key.ts';

/** Records for one partition, in order. */
export interface PlacedRecords {
  /** With the prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly records: OutgoingRecord[];
  bytes: number;
  /** Where each record stood among those that were given. */
  readonly indexes: number[];
}

/** About what a record costs beyond its key and value. */
const RECORD_OVERHEAD_BYTES = 16;

/** Sorts records by their partitions. A record that fits nowhere throws before anything is written. */
export class RecordPlacer {
  readonly #prefix: string;
  readonly #partitionCount: (topic: TopicName) => number;
  readonly #chooser: PartitionChooser;

  constructor(prefix: string, partitionCount: (topic: TopicName) => number) {
    this.#prefix = prefix;
    this.#partitionCount = partitionCount;
    this.#chooser = new PartitionChooser(partitionCount);
  }

  place(records: readonly NewRecord[]): PlacedRecords[] {
    const places = new Map<string, PlacedRecords>();
    for (const [index, record] of records.entries()) {
      const partition = checkPartition(record.topic, this.#chooser.choose(record), this.#partitionCount(record.topic));
      const topic = this.#prefix + record.topic;
      const key = `${topic}/${partition}`;
      const placed = places.get(key) ?? { topic, partition, records: [], bytes: 0, indexes: [] };
      places.set(key, placed);
      addRecord(placed, { key: keyBytes(record.key), value: bufferOf(record.value) });
      placed.indexes.push(index);
    }
    return [...places.values()];
  }
}

export function addRecord(placed: PlacedRecords, record: OutgoingRecord): void {
  placed.records.push(record);
  placed.bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0) + RECORD_OVERHEAD_BYTES;
}

export function checkPartition(topic: string, partition: number, partitions: number): number {
  if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return partition;
  throw new UnderstudyError({ code: 'LOG_PARTITION_UNKNOWN', message: `The log has no partition ${partition} of ${topic}.`, fix: 'Use a topic of contracts/src/topics.ts and a partition below its count.' });
}

/** A view, not a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
