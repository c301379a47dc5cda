import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TOPICS, type TopicName } from '@understudy/contracts/topics';
import { checkpointsToDrop, leadStartMs } from './checkpoint-plan.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { SqliteLogLimits } from './limits.ts';
import type { RecordStore } from './record-store.ts';
import type { Room } from './room.ts';
import { inTransaction } from './transaction.ts';

/** Deleted in one transaction, so that writers never wait long. */
const RECORDS_A_TRANSACTION = 100;
/** Under pressure the age limit is drawn in by so many steps from the oldest record to now. */
const PRESSURE_STEPS = 32;
/** Given back to the disk in one transaction, pages of 8 KiB. */
const VACUUM_PAGES_A_TRANSACTION = 512;
/** So much free space stays in the file for the next writes. */
const KEEP_FREE_BYTES = 64 * 1024 * 1024;

/** Topics that are followed without a group. Of the overrides the newest is what counts, so it stays however old it is. */
const UNGROUPED: ReadonlyMap<TopicName, { readonly keepNewest: number }> = new Map([
  [TOPICS.overrides.name, { keepNewest: 1 }],
  [TOPICS.deadLetters.name, { keepNewest: 0 }],
]);

interface PartitionReader {
  readonly readerId: number;
  readonly nextOffset: number;
}

export interface RetentionParts {
  readonly database: DatabaseSync;
  readonly records: RecordStore;
  readonly checkpoints: CheckpointStore;
  readonly room: Room;
  readonly limits: SqliteLogLimits;
  readonly nowMs: () => number;
  readonly isClosed: () => boolean;
}

/** Deletes what nobody needs any more: first what is old, then, while there is too much, what is oldest. */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #readers: StatementSync;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#readers = parts.database.prepare('SELECT reader_id, next_offset FROM readers WHERE partition_id = ?');
  }

  async run(): Promise<void> {
    const nowMs = this.#parts.nowMs();
    await this.#deleteBefore(nowMs - this.#parts.limits.retainMs, nowMs);
    await this.#relievePressure(nowMs);
    await this.#giveBackSpace();
  }

  async #relievePressure(nowMs: number): Promise<void> {
    if (this.#parts.room.bytesTooMany() === 0) return;
    const oldestMs = this.#oldestStampMs() ?? nowMs;
    for (let step = 1; step <= PRESSURE_STEPS; step++) {
      await this.#deleteBefore(oldestMs + ((nowMs + 1 - oldestMs) * step) / PRESSURE_STEPS, nowMs);
      if (this.#parts.isClosed() || this.#parts.room.bytesTooMany() === 0) return;
      await nextTurn();
    }
  }

  async #deleteBefore(cutoffMs: number, nowMs: number): Promise<void> {
    for (const topic of Object.values(TOPICS)) {
      for (const partitionId of this.#parts.records.partitionIds(topic.name)) {
        if (this.#parts.isClosed()) return;
        const deletable = inTransaction(this.#parts.database, () => this.#deletableOffset(topic.name, partitionId, cutoffMs, nowMs));
        await this.#deleteUpTo(partitionId, deletable);
      }
    }
  }

  /** What it finds only grows: readers advance, and a new reader starts at the first kept record. */
  #deletableOffset(topic: TopicName, partitionId: number, cutoffMs: number, nowMs: number): number {
    const { records } = this.#parts;
    const readers = this.#readers.all(partitionId).map((row) => ({ readerId: Number(row.reader_id), nextOffset: Number(row.next_offset) }));
    const old = records.offsetAt(partitionId, cutoffMs);
    if (readers.length === 0) return this.#deletableOfUngrouped(topic, partitionId, old);
    return Math.min(old, ...readers.map((reader) => this.#neededFrom(reader, partitionId, cutoffMs, nowMs)));
  }

  #deletableOfUngrouped(topic: TopicName, partitionId: number, old: number): number {
    const ungrouped = UNGROUPED.get(topic);
    if (ungrouped === undefined) return 0;
    const { endOffset } = this.#parts.records.bounds(partitionId);
    return Math.min(endOffset - ungrouped.keepNewest, Math.max(old, endOffset - this.#parts.limits.maxUngroupedRecords));
  }

  #neededFrom(reader: PartitionReader, partitionId: number, cutoffMs: number, nowMs: number): number {
    const { checkpoints, records } = this.#parts;
    const all = checkpoints.list(reader.readerId);
    const dropped = checkpointsToDrop(all, cutoffMs, nowMs);
    for (const checkpoint of dropped) checkpoints.remove(checkpoint.checkpointId);
    const oldestKept = all.find((checkpoint) => !dropped.includes(checkpoint));
    if (oldestKept === undefined) return reader.nextOffset;
    return Math.min(reader.nextOffset, oldestKept.nextOffset, records.offsetAt(partitionId, leadStartMs(oldestKept)));
  }

  async #deleteUpTo(partitionId: number, offset: number): Promise<void> {
    const { database, isClosed, records } = this.#parts;
    let deleted = true;
    while (deleted && !isClosed()) {
      deleted = inTransaction(database, () => {
        const bounds = records.bounds(partitionId);
        if (bounds.firstOffset >= offset) return false;
        records.deleteBefore(partitionId, bounds, Math.min(offset, bounds.firstOffset + RECORDS_A_TRANSACTION));
        return true;
      });
      if (deleted) await nextTurn();
    }
  }

  async #giveBackSpace(): Promise<void> {
    const { database, isClosed, room } = this.#parts;
    while (!isClosed() && room.freeBytesInFile() > KEEP_FREE_BYTES) {
      database.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES_A_TRANSACTION})`);
      await nextTurn();
    }
  }

  #oldestStampMs(): number | undefined {
    const { records } = this.#parts;
    const stampsMs = Object.values(TOPICS)
      .flatMap((topic) => records.partitionIds(topic.name))
      .map((partitionId) => records.appendedAtMs(partitionId, records.bounds(partitionId).firstOffset))
      .filter((stampMs) => stampMs !== undefined);
    return stampsMs.length === 0 ? undefined : Math.min(...stampsMs);
  }
}
