import { partitionOf, type TopicName } from '@understudy/contracts/topics';
import type { NewRecord } from './event-log.ts';

/** The partition of a record: as it is named, or by the key, or in turn. Whether a named one exists is for the log to check. */
export class PartitionChooser {
  readonly #partitionCount: (topic: TopicName) => number;
  readonly #next = new Map<TopicName, number>();

  constructor(partitionCount: (topic: TopicName) => number) {
    this.#partitionCount = partitionCount;
  }

  choose(record: NewRecord): number {
    if (record.partition !== undefined) return record.partition;
    const partitions = this.#partitionCount(record.topic);
    if (record.key !== undefined) return partitionOf(record.key, partitions);
    const next = this.#next.get(record.topic) ?? 0;
    this.#next.set(record.topic, (next + 1) % partitions);
    return next;
  }
}
