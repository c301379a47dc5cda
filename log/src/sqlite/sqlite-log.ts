import type { DatabaseSync } from 'node:sqlite';
import type { TopicName } from '@understudy/contracts/topics';
import type { AppendOutcome, EventLog, LogFull, NewRecord, PartitionOwnership, ReadResult, StateChanges, StoredState, Subscription } from '../event-log.ts';
import { AppendListeners } from '../append-listeners.ts';
import { PartitionChooser } from '../partition-chooser.ts';
import { CheckpointStore } from './checkpoint-store.ts';
import { CommitWatch } from './commit-watch.ts';
import { type DataDirectoryLock, lockDataDirectory } from './data-directory-lock.ts';
import { GroupCommit } from './group-commit.ts';
import { DEFAULT_LIMITS, type SqliteLogLimits } from './limits.ts';
import { LogClock } from './log-clock.ts';
import { type OpenedDatabase, openDatabase } from './open-database.ts';
import { type CommittingStep, OwnedPartition } from './owned-partition.ts';
import { closed, explainProblem, isFull, openedForReading } from './problems.ts';
import { type Reader, ReaderStore } from './reader-store.ts';
import { RecordStore } from './record-store.ts';
import { type PlacedRecord, RecordWriter } from './record-writer.ts';
import { Retention } from './retention.ts';
import { Room } from './room.ts';
import { sameFileCheck } from './same-file.ts';
import { commitStep } from './step-commit.ts';
import { inTransaction } from './transaction.ts';

export interface SqliteLogOptions {
  /** Holds `log.db`; made when it is missing. */
  readonly directory: string;
  /** The wall clock, ms since 1970. */
  readonly now?: () => number;
  readonly limits?: Partial<SqliteLogLimits>;
  /** Reads beside a running writer; every write throws. */
  readonly readOnly?: boolean;
  /** Holds the directory until `close` or the end of the process; throws `DATA_DIRECTORY_IN_USE` when another process does. */
  readonly exclusive?: boolean;
}

/** The event log in one SQLite file: for one machine, without a server. */
export function openSqliteLog(options: SqliteLogOptions): EventLog {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const readOnly = options.readOnly === true;
  const lock = options.exclusive === true ? lockDataDirectory(options.directory) : undefined;
  try {
    const opened = openDatabase({ directory: options.directory, readOnly, maxPages: limits.maxPages });
    return new SqliteLog({ opened, lock, limits, readOnly, directory: options.directory, wallMs: options.now ?? Date.now });
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** While the log is full each append is refused at once; the search for something to delete is not begun more often than this. */
const MAKE_ROOM_EVERY_MS = 1_000;

interface SqliteLogParts {
  readonly opened: OpenedDatabase;
  readonly lock: DataDirectoryLock | undefined;
  readonly limits: SqliteLogLimits;
  readonly readOnly: boolean;
  readonly directory: string;
  readonly wallMs: () => number;
}

class SqliteLog implements EventLog {
  readonly #parts: SqliteLogParts;
  readonly #database: DatabaseSync;
  readonly #records: RecordStore;
  readonly #readers: ReaderStore;
  readonly #checkpoints: CheckpointStore;
  readonly #clock: LogClock;
  readonly #room: Room;
  readonly #commits: GroupCommit;
  readonly #listeners = new AppendListeners();
  readonly #watch: CommitWatch;
  readonly #retention: Retention;
  readonly #mustBeSameFile: () => void;
  readonly #partitions = new PartitionChooser((topic) => this.partitionCount(topic));
  #closed = false;
  #retaining: Promise<void> | undefined;
  #makingRoom = false;

  constructor(parts: SqliteLogParts) {
    const { database } = parts.opened;
    this.#parts = parts;
    this.#mustBeSameFile = sameFileCheck(parts.opened.path);
    this.#database = database;
    this.#records = new RecordStore(database);
    this.#readers = new ReaderStore(database);
    this.#checkpoints = new CheckpointStore(database);
    this.#clock = new LogClock(parts.wallMs, this.#records.lastStampMs());
    this.#room = new Room(database, parts.directory, parts.limits);
    this.#commits = new GroupCommit((writes) => this.#commit(writes));
    const dataVersion = database.prepare('PRAGMA data_version');
    this.#watch = new CommitWatch(() => Number(dataVersion.get()?.data_version), () => this.#listeners.notifyAll());
    const nowMs = () => this.#clock.nowMs();
    this.#retention = new Retention({ database, records: this.#records, checkpoints: this.#checkpoints, room: this.#room, limits: parts.limits, nowMs, isClosed: () => this.#closed });
  }

  async append(records: readonly NewRecord[]): Promise<AppendOutcome> {
    this.#mustWrite();
    const placed = this.#place(records);
    const bytes = bytesOf(records);
    const refusal = this.#room.refusal('append', bytes);
    if (refusal !== undefined) return this.#makeRoom(refusal);
    try {
      const offsets = await this.#written(bytes, (writer) => writer.append(placed));
      return { kind: 'appended', offsets };
    } catch (error) {
      return this.#refusalFor(error);
    }
  }

  partitionCount(topic: TopicName): number {
    return this.#records.partitionIds(topic).length;
  }

  /** One process holds the directory: all partitions are its own. */
  async subscribe(_group: string, topic: TopicName, onAssigned: (partitions: readonly number[]) => void): Promise<Subscription> {
    onAssigned(this.#records.partitionIds(topic).map((_id, partition) => partition));
    return { healthy: () => true, leave: () => Promise.resolve() };
  }

  async acquire(group: string, topic: TopicName, partition: number): Promise<PartitionOwnership> {
    this.#mustWrite();
    const partitionId = this.#records.partitionId(topic, partition);
    const taken = this.#explained(() =>
      inTransaction(this.#database, () => {
        const reader = this.#readers.takeOver(group, partitionId, this.#records.partitionIds(topic));
        return { reader, stored: this.#readers.state(reader) };
      }),
    );
    return new OwnedPartition({ topic, partition, partitionId }, taken.reader, taken.stored, {
      read: (id, from, limits) => this.#reading(() => this.#records.read(id, from, limits).records),
      isOwned: (reader) => this.#reading(() => this.#readers.isOwned(reader)),
      nowMs: () => this.#clock.nowMs(),
      refusal: (bytes) => this.#stepRefusal(bytes),
      commit: (step) => this.#commitStep(step),
      release: (reader) => this.#release(reader),
    });
  }

  async read(topic: TopicName, partition: number, fromOffset: number, limits?: { maxRecords?: number; maxBytes?: number }): Promise<ReadResult> {
    return this.#reading(() => this.#records.read(this.#records.partitionId(topic, partition), fromOffset, limits));
  }

  async offsetAt(topic: TopicName, partition: number, appendedAtMs: number): Promise<number> {
    return this.#reading(() => this.#records.offsetAt(this.#records.partitionId(topic, partition), appendedAtMs));
  }

  async readPosition(group: string, topic: TopicName, partition: number): Promise<number | undefined> {
    return this.#reading(() => this.#readers.find(group, this.#records.partitionId(topic, partition))?.nextOffset);
  }

  async readState(group: string, topic: TopicName, partition: number): Promise<StoredState | undefined> {
    return this.#reading(() => {
      const reader = this.#readers.find(group, this.#records.partitionId(topic, partition));
      return reader && this.#readers.state(reader);
    });
  }

  async readStateChanges(group: string, topic: TopicName, partition: number, sinceVersion?: number): Promise<StateChanges | undefined> {
    return this.#reading(() => {
      const reader = this.#readers.find(group, this.#records.partitionId(topic, partition));
      return reader && this.#readers.stateChanges(reader, sinceVersion);
    });
  }

  async readCheckpoint(group: string, topic: TopicName, partition: number): Promise<StoredState | undefined> {
    return this.#reading(() => {
      const partitionId = this.#records.partitionId(topic, partition);
      const reader = this.#readers.find(group, partitionId);
      if (reader === undefined || this.#records.bounds(partitionId).firstOffset === 0) return undefined;
      const [oldest] = this.#checkpoints.list(reader.readerId);
      return oldest && this.#checkpoints.state(oldest);
    });
  }

  async lag(group: string, topic: TopicName): Promise<number> {
    return this.#reading(() => {
      let unread = 0;
      for (const partitionId of this.#records.partitionIds(topic)) {
        const { firstOffset, endOffset } = this.#records.bounds(partitionId);
        unread += endOffset - Math.max(firstOffset, this.#readers.find(group, partitionId)?.nextOffset ?? 0);
      }
      return unread;
    });
  }

  onAppend(topic: TopicName, listener: () => void): () => void {
    this.#watch.begin();
    return this.#listeners.add(topic, listener);
  }

  async retain(): Promise<void> {
    this.#mustWrite();
    this.#retaining ??= this.#retention.run().finally(() => {
      this.#retaining = undefined;
    });
    try {
      await this.#retaining;
    } catch (error) {
      throw explainProblem(error, this.#parts.opened.path);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#commits.flush();
    this.#closed = true;
    this.#watch.stop();
    this.#listeners.clear();
    await this.#retaining?.catch(() => undefined);
    this.#database.close();
    this.#parts.lock?.release();
  }

  #commit(writes: (writer: RecordWriter) => void): void {
    const writer = new RecordWriter(this.#records, this.#clock);
    inTransaction(this.#database, () => {
      writes(writer);
      writer.finish();
    });
    for (const topic of writer.topics) this.#listeners.notify(topic);
  }

  async #commitStep(step: CommittingStep): Promise<'committed' | 'fenced' | LogFull> {
    this.#mustWrite();
    const { outputs } = step.result;
    const placed = this.#place(outputs);
    const bytes = bytesOf(outputs);
    const refusal = outputs.length > 0 ? this.#stepRefusal(bytes) : undefined;
    if (refusal !== undefined) return refusal;
    const stores = { records: this.#records, readers: this.#readers, checkpoints: this.#checkpoints };
    try {
      return await this.#written(bytes, (writer) => commitStep(stores, writer, { step, placed, checkpointEveryMs: this.#parts.limits.checkpointEveryMs }));
    } catch (error) {
      return this.#refusalFor(error);
    }
  }

  /** Who asks for room in the same turn is told of those that wait to be written with it: else all of them would take the same room. */
  async #written<Result>(bytes: number, work: (writer: RecordWriter) => Result): Promise<Result> {
    this.#room.begin(bytes);
    try {
      const result = await this.#commits.write(work);
      this.#room.written(bytes);
      return result;
    } finally {
      this.#room.end(bytes);
    }
  }

  #release(reader: Reader): void {
    if (!this.#closed) this.#explained(() => this.#readers.giveUp(reader));
  }

  #place(records: readonly NewRecord[]): PlacedRecord[] {
    return records.map((record) => ({ record, partitionId: this.#records.partitionId(record.topic, this.#partitions.choose(record)) }));
  }

  #stepRefusal(bytes: number): LogFull | undefined {
    const refusal = this.#room.refusal('step', bytes);
    return refusal && this.#makeRoom(refusal);
  }

  #refusalFor(error: unknown): LogFull {
    if (isFull(error)) return this.#makeRoom(this.#room.refusalOfDisk());
    throw explainProblem(error, this.#parts.opened.path);
  }

  /** Only the log knows that it is full, so it does not wait for the next regular retention. */
  #makeRoom(refusal: LogFull): LogFull {
    if (this.#makingRoom) return refusal;
    this.#makingRoom = true;
    const mayTryAgain = () => {
      setTimeout(() => {
        this.#makingRoom = false;
      }, MAKE_ROOM_EVERY_MS).unref();
    };
    // When it fails the next refusal tries again, and each refusal says why nothing was taken.
    this.retain().then(mayTryAgain, mayTryAgain);
    return refusal;
  }

  #reading<Result>(read: () => Result): Result {
    if (this.#closed) throw closed();
    return this.#explained(read);
  }

  #explained<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw explainProblem(error, this.#parts.opened.path);
    }
  }

  #mustWrite(): void {
    if (this.#closed) throw closed();
    if (this.#parts.readOnly) throw openedForReading();
    this.#mustBeSameFile();
  }
}

function bytesOf(records: readonly NewRecord[]): number {
  return records.reduce((sum, record) => sum + record.value.byteLength, 0);
}
