import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoredState } from '../event-log.ts';
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
    this.#putEntry = database.prepare('INSERT INTO state_entries (reader_id, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
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
    for (const [key, value] of changes) {
      if (value === undefined) this.#removeEntry.run(readerId, storedKey(key));
      else this.#putEntry.run(readerId, storedKey(key), value);
    }
  }

  state(reader: Reader): StoredState {
    const entries = new Map(this.#entries.all(reader.readerId).map((row) => [keyFromStored(String(row.key)), row.value as Uint8Array]));
    return { entries, nextOffset: reader.nextOffset };
  }
}

function toReader(row: Record<string, unknown> | undefined): Reader {
  return { readerId: Number(row?.reader_id), generation: Number(row?.generation), nextOffset: Number(row?.next_offset) };
}
