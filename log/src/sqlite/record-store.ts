import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { UnderstudyError } from '@understudy/contracts/problem';
import { TOPICS, type TopicName } from '@understudy/contracts/topics';
import type { LogRecord, ReadResult } from '../event-log.ts';
import { offsetOf, positionOf } from './record-positions.ts';
import { keyFromStored, storedKey } from './stored-key.ts';

export interface PartitionBounds {
  readonly firstOffset: number;
  readonly endOffset: number;
}

const DEFAULT_MAX_RECORDS = 500;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** The records of all partitions, and where each partition begins and ends. */
export class RecordStore {
  readonly #partitionIds = new Map<TopicName, readonly number[]>();
  readonly #bounds: StatementSync;
  readonly #range: StatementSync;
  readonly #insert: StatementSync;
  readonly #moveEnd: StatementSync;
  readonly #moveFirst: StatementSync;
  readonly #appendedAt: StatementSync;
  readonly #lastStamp: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    for (const topic of Object.values(TOPICS)) {
      const rows = database.prepare('SELECT partition_id FROM partitions WHERE topic = ? ORDER BY partition LIMIT ?').all(topic.name, topic.partitions);
      this.#partitionIds.set(topic.name, rows.map((row) => Number(row.partition_id)));
    }
    this.#bounds = database.prepare('SELECT first_offset, end_offset FROM partitions WHERE partition_id = ?');
    this.#range = database.prepare('SELECT position, appended_at_ms, key, value FROM records WHERE position >= ? AND position < ? ORDER BY position LIMIT ?');
    this.#insert = database.prepare('INSERT INTO records (position, appended_at_ms, key, value) VALUES (?, ?, ?, ?)');
    this.#moveEnd = database.prepare('UPDATE partitions SET end_offset = ?, last_appended_at_ms = ? WHERE partition_id = ?');
    this.#moveFirst = database.prepare('UPDATE partitions SET first_offset = ? WHERE partition_id = ?');
    this.#appendedAt = database.prepare('SELECT appended_at_ms FROM records WHERE position = ?');
    this.#lastStamp = database.prepare('SELECT max(last_appended_at_ms) AS last_ms FROM partitions');
    this.#delete = database.prepare('DELETE FROM records WHERE position >= ? AND position < ?');
  }

  partitionId(topic: TopicName, partition: number): number {
    const id = this.#partitionIds.get(topic)?.[partition];
    if (id !== undefined) return id;
    throw new UnderstudyError({ code: 'LOG_PARTITION_UNKNOWN', message: `The log has no partition ${partition} of ${topic}.`, fix: 'Use a topic of contracts/src/topics.ts and a partition below its count.' });
  }

  partitionIds(topic: TopicName): readonly number[] {
    return this.#partitionIds.get(topic) ?? [];
  }

  bounds(partitionId: number): PartitionBounds {
    const row = this.#bounds.get(partitionId);
    return { firstOffset: Number(row?.first_offset), endOffset: Number(row?.end_offset) };
  }

  /** At least one record when there is one, however large it is. */
  read(partitionId: number, fromOffset: number, limits: { maxRecords?: number; maxBytes?: number } = {}): ReadResult {
    const { firstOffset, endOffset } = this.bounds(partitionId);
    const from = Math.max(fromOffset, firstOffset);
    const records: LogRecord[] = [];
    if (from >= endOffset) return { records, firstOffset, endOffset };
    let bytesLeft = limits.maxBytes ?? DEFAULT_MAX_BYTES;
    for (const row of this.#range.iterate(positionOf(partitionId, from), positionOf(partitionId, endOffset), limits.maxRecords ?? DEFAULT_MAX_RECORDS)) {
      const value = row.value as Uint8Array;
      bytesLeft -= value.byteLength;
      if (bytesLeft < 0 && records.length > 0) break;
      const key = row.key === null ? undefined : keyFromStored(String(row.key));
      records.push({ offset: offsetOf(Number(row.position)), key, value, appendedAtMs: Number(row.appended_at_ms) });
    }
    return { records, firstOffset, endOffset };
  }

  /** Undefined when the record is not kept. */
  appendedAtMs(partitionId: number, offset: number): number | undefined {
    const row = this.#appendedAt.get(positionOf(partitionId, offset));
    return row === undefined ? undefined : Number(row.appended_at_ms);
  }

  /** Stamps never fall within the log, so the first offset at or after a time is found by halving. */
  offsetAt(partitionId: number, appendedAtMs: number): number {
    let { firstOffset: low, endOffset: high } = this.bounds(partitionId);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const stampMs = this.appendedAtMs(partitionId, middle) ?? Number.NEGATIVE_INFINITY;
      if (stampMs >= appendedAtMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Only inside a transaction, which also moves the end. */
  insert(partitionId: number, record: LogRecord): void {
    this.#insert.run(positionOf(partitionId, record.offset), record.appendedAtMs, record.key === undefined ? null : storedKey(record.key), record.value);
  }

  moveEnd(partitionId: number, endOffset: number, lastAppendedAtMs: number): void {
    this.#moveEnd.run(endOffset, lastAppendedAtMs, partitionId);
  }

  /** The newest stamp of the whole log: no process and no restart may stamp earlier. */
  lastStampMs(): number {
    return Number(this.#lastStamp.get()?.last_ms ?? 0);
  }

  /** Only inside a transaction. */
  deleteBefore(partitionId: number, bounds: PartitionBounds, offset: number): void {
    this.#delete.run(positionOf(partitionId, bounds.firstOffset), positionOf(partitionId, offset));
    this.#moveFirst.run(offset, partitionId);
  }
}
