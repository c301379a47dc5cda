import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoredState } from '../event-log.ts';
import { keyFromStored } from './stored-key.ts';

export interface Checkpoint {
  readonly checkpointId: number;
  readonly nextOffset: number;
  /** When the last record that it has read was appended, ms since 1970. */
  readonly readToMs: number;
  readonly takenAtMs: number;
}

/** Copies of a role's whole state. Only a reader that has written state has any. */
export class CheckpointStore {
  readonly #list: StatementSync;
  readonly #newest: StatementSync;
  readonly #add: StatementSync;
  readonly #copy: StatementSync;
  readonly #entries: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeEntries: StatementSync;

  constructor(database: DatabaseSync) {
    const columns = 'checkpoint_id, next_offset, read_to_ms, taken_at_ms';
    this.#list = database.prepare(`SELECT ${columns} FROM checkpoints WHERE reader_id = ? ORDER BY checkpoint_id`);
    this.#newest = database.prepare(`SELECT ${columns} FROM checkpoints WHERE reader_id = ? ORDER BY checkpoint_id DESC LIMIT 1`);
    this.#add = database.prepare('INSERT INTO checkpoints (reader_id, next_offset, read_to_ms, taken_at_ms) VALUES (?, ?, ?, ?)');
    this.#copy = database.prepare('INSERT INTO checkpoint_entries (checkpoint_id, key, value) SELECT ?, key, value FROM state_entries WHERE reader_id = ?');
    this.#entries = database.prepare('SELECT key, value FROM checkpoint_entries WHERE checkpoint_id = ?');
    this.#remove = database.prepare('DELETE FROM checkpoints WHERE checkpoint_id = ?');
    this.#removeEntries = database.prepare('DELETE FROM checkpoint_entries WHERE checkpoint_id = ?');
  }

  /** Oldest first. */
  list(readerId: number): Checkpoint[] {
    return this.#list.all(readerId).map(toCheckpoint);
  }

  newest(readerId: number): Checkpoint | undefined {
    const row = this.#newest.get(readerId);
    return row && toCheckpoint(row);
  }

  /** Only inside a transaction: copies the state as it is there. */
  take(readerId: number, checkpoint: Omit<Checkpoint, 'checkpointId'>): void {
    const { lastInsertRowid } = this.#add.run(readerId, checkpoint.nextOffset, checkpoint.readToMs, checkpoint.takenAtMs);
    this.#copy.run(lastInsertRowid, readerId);
  }

  state(checkpoint: Checkpoint): StoredState {
    const entries = new Map(this.#entries.all(checkpoint.checkpointId).map((row) => [keyFromStored(String(row.key)), row.value as Uint8Array]));
    return { entries, nextOffset: checkpoint.nextOffset };
  }

  /** Only inside a transaction. */
  remove(checkpointId: number): void {
    this.#removeEntries.run(checkpointId);
    this.#remove.run(checkpointId);
  }
}

function toCheckpoint(row: Record<string, unknown>): Checkpoint {
  return { checkpointId: Number(row.checkpoint_id), nextOffset: Number(row.next_offset), readToMs: Number(row.read_to_ms), takenAtMs: Number(row.taken_at_ms) };
}
