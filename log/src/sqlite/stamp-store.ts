import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** The newest stamp of the whole log, kept so that no process and no restart stamps earlier. */
export class StampStore {
  readonly #get: StatementSync;
  readonly #set: StatementSync;

  constructor(database: DatabaseSync) {
    this.#get = database.prepare('SELECT last_ms FROM log_clock');
    this.#set = database.prepare('UPDATE log_clock SET last_ms = ?');
  }

  lastMs(): number {
    return Number(this.#get.get()?.last_ms ?? 0);
  }

  set(stampMs: number): void {
    this.#set.run(stampMs);
  }
}
