import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StateChanges, StoredState } from '../event-log.ts';
import { keyFromStored, storedKey } from './stored-key.ts';

/** A consumer group on one partition, as it is committed. */
export interface Reader {
  readonly readerId: number;
  readonly generation: number;
  readonly nextOffset: number;
}

/** How far each group has read, who owns each partition, and what each role remembers. */
export class ReaderStore {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #own: StatementSync;
  readonly #disown: StatementSync;
  readonly #isOwned: StatementSync;
  readonly #advance: StatementSync;
  readonly #entries: StatementSync;
  readonly #versions: StatementSync;
  readonly #entriesSince: StatementSync;
  readonly #nextVersion: StatementSync;
  readonly #noteRemoval: StatementSync;
  readonly #putEntry: StatementSync;
  readonly #removeEntry: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT reader_id, generation, next_offset FROM readers WHERE consumer_group = ? AND partition_id = ?');
    this.#add = database.prepare(
      'INSERT OR IGNORE INTO readers (consumer_group, partition_id, next_offset) SELECT ?, partition_id, first_offset FROM partitions WHERE partition_id = ?',
    );
    this.#own = database.prepare('UPDATE readers SET generation = generation + 1 WHERE consumer_group = ? AND partition_id = ? RETURNING reader_id, generation, next_offset');
    this.#disown = database.prepare('UPDATE readers SET generation = generation + 1 WHERE reader_id = ? AND generation = ?');
    this.#isOwned = database.prepare('SELECT 1 FROM readers WHERE reader_id = ? AND generation = ?');
    this.#advance = database.prepare('UPDATE readers SET next_offset = ? WHERE reader_id = ? AND generation = ?');
    this.#entries = database.prepare('SELECT key, value FROM state_entries WHERE reader_id = ?');
    this.#versions = database.prepare('SELECT state_version, removal_version FROM readers WHERE reader_id = ?');
    this.#entriesSince = database.prepare('SELECT key, value FROM state_entries WHERE reader_id = ? AND version > ?');
    this.#nextVersion = database.prepare('UPDATE readers SET state_version = state_version + 1 WHERE reader_id = ? RETURNING state_version');
    this.#noteRemoval = database.prepare('UPDATE readers SET removal_version = state_version WHERE reader_id = ?');
    this.#putEntry = database.prepare('INSERT INTO state_entries (reader_id, key, value, version) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version');
    this.#removeEntry = database.prepare('DELETE FROM state_entries WHERE reader_id = ? AND key = ?');
  }

  find(group: string, partitionId: number): Reader | undefined {
    const row = this.#find.get(group, partitionId);
    return row && toReader(row);
  }

  /** Only inside a transaction. From now on the retention waits for the group on every partition of the topic. */
  takeOver(group: string, partitionId: number, partitionIdsOfTopic: readonly number[]): Reader {
    for (const id of partitionIdsOfTopic) this.#add.run(group, id);
    return toReader(this.#own.get(group, partitionId));
  }

  giveUp(reader: Pick<Reader, 'readerId' | 'generation'>): void {
    this.#disown.run(reader.readerId, reader.generation);
  }

  isOwned(reader: Pick<Reader, 'readerId' | 'generation'>): boolean {
    return this.#isOwned.get(reader.readerId, reader.generation) !== undefined;
  }

  /** Only inside the committing transaction. False when the partition belongs to another owner by now; then nothing may be written. */
  advance(reader: Pick<Reader, 'readerId' | 'generation'>, nextOffset: number): boolean {
    return Number(this.#advance.run(nextOffset, reader.readerId, reader.generation).changes) === 1;
  }

  changeState(readerId: number, changes: ReadonlyMap<string, Uint8Array | undefined>): void {
    if (changes.size === 0) return;
    const version = Number(this.#nextVersion.get(readerId)?.state_version);
    let removed = 0;
    for (const [key, value] of changes) {
      if (value === undefined) removed += Number(this.#removeEntry.run(readerId, storedKey(key)).changes);
      else this.#putEntry.run(readerId, storedKey(key), value, version);
    }
    if (removed > 0) this.#noteRemoval.run(readerId);
  }

  /** Versions count the changes of a reader's state. Of a time before the newest removal nothing says what is gone: then all is read. */
  stateChanges({ readerId }: Pick<Reader, 'readerId'>, sinceVersion: number | undefined): StateChanges {
    const row = this.#versions.get(readerId);
    const version = Number(row?.state_version);
    const whole = sinceVersion === undefined || sinceVersion > version || sinceVersion < Number(row?.removal_version);
    return { version, whole, entries: entriesOf(whole ? this.#entries.all(readerId) : this.#entriesSince.all(readerId, sinceVersion)) };
  }

  state(reader: Reader): StoredState {
    return { entries: entriesOf(this.#entries.all(reader.readerId)), nextOffset: reader.nextOffset };
  }
}

function entriesOf(rows: readonly Record<string, unknown>[]): Map<string, Uint8Array> {
  return new Map(rows.map((row) => [keyFromStored(String(row.key)), row.value as Uint8Array]));
}

function toReader(row: Record<string, unknown> | undefined): Reader {
  return { readerId: Number(row?.reader_id), generation: Number(row?.generation), nextOffset: Number(row?.next_offset) };
}
