import type { TopicName } from '@understudy/contracts/topics';
import type { NewRecord } from '../event-log.ts';
import type { LogClock } from './log-clock.ts';
import type { RecordStore } from './record-store.ts';

/** A record whose partition is chosen. */
export interface PlacedRecord {
  readonly record: NewRecord;
  readonly partitionId: number;
}

/** Appends within one transaction: one stamp for all, and the ends of the partitions are read and written once. */
export class RecordWriter {
  readonly #records: RecordStore;
  readonly #clock: LogClock;
  readonly #ends = new Map<number, number>();
  readonly #topics = new Set<TopicName>();
  #stampMs: number | undefined;

  constructor(records: RecordStore, clock: LogClock) {
    this.#records = records;
    this.#clock = clock;
  }

  /** The topics that were appended to. */
  get topics(): ReadonlySet<TopicName> {
    return this.#topics;
  }

  /** The log's time of this transaction; no other process can stamp while it lasts. */
  stampMs(): number {
    if (this.#stampMs === undefined) {
      this.#clock.notBefore(this.#records.lastStampMs());
      this.#stampMs = this.#clock.nowMs();
    }
    return this.#stampMs;
  }

  /** The offsets, in the order of the records. */
  append(placed: readonly PlacedRecord[]): number[] {
    const appendedAtMs = placed.length > 0 ? this.stampMs() : 0;
    return placed.map(({ record, partitionId }) => {
      const offset = this.#ends.get(partitionId) ?? this.#records.bounds(partitionId).endOffset;
      this.#records.insert(partitionId, { offset, key: record.key, value: record.value, appendedAtMs });
      this.#ends.set(partitionId, offset + 1);
      this.#topics.add(record.topic);
      return offset;
    });
  }

  finish(): void {
    for (const [partitionId, endOffset] of this.#ends) this.#records.moveEnd(partitionId, endOffset, this.stampMs());
  }
}
