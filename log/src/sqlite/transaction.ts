import type { DatabaseSync } from 'node:sqlite';

/** Everything that `work` writes is committed together, or nothing of it. Takes the write lock first, so that what it reads stays true. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors (a full disk) have already rolled back.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
