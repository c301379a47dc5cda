import { statfsSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LogFull } from '../event-log.ts';
import type { SqliteLogLimits } from './limits.ts';

const RETRY_AFTER_MS = 2_000;
/** Steps may fill this much more than appends from outside: they turn what is unread into what may be deleted. */
const STEP_ALLOWANCE = 1.25;
const MIB = 1024 * 1024;
/** It is measured again after so many written bytes. */
const MEASURE_EVERY_BYTES = MIB;
/** Until SQLite has moved it from its write-ahead log into the file, what is written takes its space twice. */
const WRITTEN_TWICE = 2;

export type Writer = 'append' | 'step';

/** Says whether there is room, cheaply: between two measurements it only counts what was written. */
export class Room {
  readonly #pageCount: StatementSync;
  readonly #freePages: StatementSync;
  readonly #pageBytes: number;
  readonly #directory: string;
  readonly #limits: SqliteLogLimits;
  #usedBytes = 0;
  #diskFreeBytes = 0;
  #reserveBytes = 0;
  #writtenBytes = Number.POSITIVE_INFINITY;
  #waitingBytes = 0;
  #foundFullAtBytes = Number.POSITIVE_INFINITY;

  constructor(database: DatabaseSync, directory: string, limits: SqliteLogLimits) {
    this.#pageCount = database.prepare('PRAGMA page_count');
    this.#freePages = database.prepare('PRAGMA freelist_count');
    this.#pageBytes = Number(database.prepare('PRAGMA page_size').get()?.page_size);
    this.#directory = directory;
    this.#limits = limits;
  }

  /** Undefined when so many bytes may be written. */
  refusal(writer: Writer, bytes: number): LogFull | undefined {
    if (this.#writtenBytes >= Math.min(MEASURE_EVERY_BYTES, this.#limits.refuseAtBytes / 16)) this.#measure();
    if (this.#reasonAgainst(writer, bytes) === undefined) return undefined;
    this.#measure();
    const reason = this.#reasonAgainst(writer, bytes);
    return reason === undefined ? undefined : { kind: 'full', retryAfterMs: RETRY_AFTER_MS, reason };
  }

  /** Counts bytes that wait to be written together with others: none of them shows in the file yet. `end` takes them out again, written or not. */
  begin(bytes: number): void {
    this.#waitingBytes += bytes;
  }

  end(bytes: number): void {
    this.#waitingBytes -= bytes;
  }

  /** SQLite itself found no room. */
  refusalOfDisk(): LogFull {
    this.#measure();
    this.#foundFullAtBytes = this.#usedBytes;
    return { kind: 'full', retryAfterMs: RETRY_AFTER_MS, reason: `There is no room left for the event log in ${this.#directory}. Make room on the disk; it goes on by itself.` };
  }

  written(bytes: number): void {
    this.#writtenBytes += bytes;
  }

  /** How many bytes the retention has to free beyond what has become old. */
  bytesTooMany(): number {
    this.#measure();
    const wantedBytes = Math.min(this.#limits.retainBytes, this.#limits.refuseAtBytes / 2, this.#foundFullAtBytes * 0.75);
    const belowReserve = 2 * this.#reserveBytes - this.#diskFreeBytes;
    return Math.max(0, this.#usedBytes - wantedBytes, belowReserve);
  }

  /** Pages that were freed count as free: SQLite uses them before it asks the disk for more. */
  freeBytesInFile(): number {
    return Number(this.#freePages.get()?.freelist_count) * this.#pageBytes;
  }

  #measure(): void {
    const freeInFileBytes = this.freeBytesInFile();
    this.#usedBytes = Number(this.#pageCount.get()?.page_count) * this.#pageBytes - freeInFileBytes;
    const disk = statfsSync(this.#directory);
    this.#diskFreeBytes = disk.bavail * disk.bsize + freeInFileBytes;
    this.#reserveBytes = reserveOf(disk.blocks * disk.bsize);
    this.#writtenBytes = 0;
    // Somebody has made room.
    if (this.#usedBytes > this.#foundFullAtBytes) this.#foundFullAtBytes = Number.POSITIVE_INFINITY;
  }

  #reasonAgainst(writer: Writer, bytes: number): string | undefined {
    const wantedBytes = this.#writtenBytes + this.#waitingBytes + bytes;
    const limitBytes = this.#limits.refuseAtBytes * (writer === 'step' ? STEP_ALLOWANCE : 1);
    if (this.#usedBytes + wantedBytes > limitBytes) {
      return `The event log in ${this.#directory} holds ${inMib(this.#usedBytes)}, its limit. What is unread cannot be deleted: look at which role lags (understudy status); it goes on by itself.`;
    }
    const reserveBytes = this.#reserveBytes * (writer === 'step' ? 0.5 : 1);
    if (this.#diskFreeBytes - WRITTEN_TWICE * wantedBytes < reserveBytes) {
      return `The disk of ${this.#directory} has only ${inMib(this.#diskFreeBytes)} left. Make room on it; it goes on by itself.`;
    }
    return undefined;
  }
}

/** Left for steps, for deleting and for the write-ahead log: a tenth of the disk up to 256 MiB; on a tiny disk a quarter, up to 16 MiB. */
function reserveOf(diskBytes: number): number {
  return Math.min(256 * MIB, Math.max(diskBytes * 0.1, Math.min(diskBytes * 0.25, 16 * MIB)));
}

function inMib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
