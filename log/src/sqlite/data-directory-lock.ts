import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UnderstudyError } from '@understudy/contracts/problem';
import { explainProblem, isBusy } from './problems.ts';

export interface DataDirectoryLock {
  release(): void;
}

/**
 * Node has no file lock of its own; SQLite has one that the system lifts when the process dies, however it dies. It is an open write transaction on a
 * small file of its own, in which the holder's process id can still be read.
 */
export function lockDataDirectory(directory: string): DataDirectoryLock {
  const path = join(directory, 'owner.db');
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true });
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA synchronous = OFF; BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS owner (pid INTEGER NOT NULL); DELETE FROM owner');
    database.prepare('INSERT INTO owner VALUES (?)').run(process.pid);
    database.exec('COMMIT; BEGIN IMMEDIATE');
  } catch (error) {
    const problem = isBusy(error) ? inUse(directory, readHolder(path), error) : explainProblem(error, path);
    database?.close();
    throw problem;
  }
  const held = database;
  return { release: () => held.close() };
}

function inUse(directory: string, pid: number | undefined, cause: unknown): UnderstudyError {
  const holder = pid === undefined ? 'another process' : `the process ${pid}`;
  return new UnderstudyError({
    code: 'DATA_DIRECTORY_IN_USE',
    message: `The data directory ${directory} is in use by ${holder}.`,
    fix: `Stop ${holder}, or name another directory with --data.`,
    cause,
  });
}

function readHolder(path: string): number | undefined {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1_000 });
  try {
    const row = database.prepare('SELECT pid FROM owner').get();
    return row === undefined ? undefined : Number(row.pid);
  } catch {
    // The holder is just writing its id down.
    return undefined;
  } finally {
    database.close();
  }
}
