import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UnderstudyError } from '@understudy/contracts/problem';
import { explainProblem } from './problems.ts';
import { checkSchema, prepareSchema } from './schema.ts';

/** How long a write waits for another process that is writing, ms. Transactions take milliseconds. */
const BUSY_TIMEOUT_MS = 2_000;

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  readonly path: string;
}

export function openDatabase(options: { directory: string; readOnly: boolean; maxPages?: number }): OpenedDatabase {
  const path = join(options.directory, 'log.db');
  if (options.readOnly && !existsSync(path)) {
    throw new UnderstudyError({ code: 'LOG_NOT_FOUND', message: `There is no event log in ${options.directory}.`, fix: 'Name the data directory of a system that has run, with --data.' });
  }
  let database: DatabaseSync | undefined;
  try {
    if (!options.readOnly) mkdirSync(options.directory, { recursive: true });
    database = new DatabaseSync(path, { readOnly: options.readOnly, timeout: BUSY_TIMEOUT_MS });
    if (options.readOnly) checkSchema(database, path);
    else prepareForWriting(database, path, options.maxPages);
    return { database, path };
  } catch (error) {
    database?.close();
    throw explainProblem(error, path);
  }
}

function prepareForWriting(database: DatabaseSync, path: string, maxPages: number | undefined): void {
  if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${maxPages}`);
  prepareSchema(database, path);
  // FULL: a commit has returned only when the disk has it. 8 MiB of cache hold the inner pages of the B-trees.
  // 2,048 pages: the write-ahead log stays at about 16 MiB. With a quarter of that every commit under load also copied and synced: a third more time.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 2048; PRAGMA journal_size_limit = 33554432');
}
