import { existsSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { createClient } from '@clickhouse/client';
import { UnderstudyError } from '@understudy/contracts/problem';
import { createChdbConnection } from 'chdb/connection';
import { type AnalyticsStore, ROWS_REFUSED } from './analytics-store.ts';

/** A text that was cut inside a character must not fail its whole batch. */
const INSERT_SETTINGS = { input_format_json_throw_on_bad_escape_sequence: 0 } as const;
/** The tables alone take a few kilobytes; ClickHouse reserves a megabyte for each insert. */
const ROOM_FOR_TABLES_BYTES = 16 * 1024 * 1024;
/** Bound in time and processors, so that a chart never starves detection. */
const READ_SETTINGS = { max_execution_time: 20, max_threads: 1 } as const;

/**
 * ClickHouse in this process. Two connections, since one serialises everything that goes through it: inserts beside queries (p50 of a
 * window query while inserting: 27 ms against 141 ms on a shared one). One process a directory.
 */
export function openChdbStore(directory: string): AnalyticsStore {
  refuseWithoutRoom(directory);
  const writer = client(directory);
  const reader = client(directory);
  return {
    async insertLines(table, lines) {
      if (lines.length === 0) return;
      const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
      if (hasEmptyLine(bytes)) throw refusal('an empty line');
      // exec, not insert: the lines are bytes already and insert would want to encode objects.
      await (await writer.exec({ query: `INSERT INTO ${table} FORMAT JSONEachRow`, values: Readable.from([bytes], { objectMode: false }), clickhouse_settings: INSERT_SETTINGS }).catch(explainRefusal)).stream.resume();
    },
    async query<Row>(sql: string, parameters = {}) {
      const result = await reader.query({ query: sql, query_params: parameters, format: 'JSONEachRow', clickhouse_settings: READ_SETTINGS });
      return await result.json<Row>() as Row[];
    },
    async command(sql, parameters = {}) {
      await writer.command({ query: sql, query_params: parameters });
    },
    async close() {
      await writer.close();
      await reader.close();
    },
  };
}

/** ClickHouse takes an empty line for the end of the data: what follows would be lost in silence, or read as SQL. */
function hasEmptyLine(lines: Buffer): boolean {
  return lines[0] === 0x0a || lines.includes('\n\n');
}

/** ClickHouse's codes for data that cannot be read as rows (CANNOT_PARSE_*, INCORRECT_DATA, …). */
const DATA_ERRORS: ReadonlySet<string> = new Set(['6', '25', '26', '27', '33', '38', '41', '53', '69', '70', '72', '117', '130', '131', '321', '349']);

function explainRefusal(error: unknown): never {
  // By its code, not its class: `chdb` has a copy of the client's errors of its own.
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!DATA_ERRORS.has(code)) throw error;
  throw refusal(`code ${code}`, error);
}

/** Without ClickHouse's message: it quotes the data. */
function refusal(reason: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError({ code: ROWS_REFUSED, message: `ClickHouse cannot read a line as a row (${reason})`, fix: 'Nothing: the line is set aside.', cause });
}

function client(directory: string) {
  try {
    return createClient({ connection: createChdbConnection({ path: directory }) } as Parameters<typeof createClient>[0]);
  } catch (cause) {
    throw new UnderstudyError({
      code: 'STORE_UNAVAILABLE', message: `cannot open the analytics store in ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'Another process may use this data directory: stop it, or give another one with --data. Check that the folder is writable. When ClickHouse names a damaged file above, move the folder away: detection goes on, with new charts.', cause,
    });
  }
}

/** ClickHouse leaves an empty definition behind when a table is made on a full disk, and cannot open its folder afterwards: a new one is not begun without room. */
function refuseWithoutRoom(directory: string): void {
  const existing = [directory, dirname(directory)].find((path) => existsSync(path));
  if (existing === undefined || existsSync(join(directory, 'metadata'))) return;
  const disk = statfsSync(existing);
  if (disk.bavail * disk.bsize >= ROOM_FOR_TABLES_BYTES) return;
  throw new UnderstudyError({
    code: 'STORE_UNAVAILABLE', message: `there is no room for the analytics store in ${directory}: ${Math.floor((disk.bavail * disk.bsize) / 1024 / 1024)} MiB are free`,
    fix: `Make room on its disk (at least ${ROOM_FOR_TABLES_BYTES / 1024 / 1024} MiB), or give another data directory with --data.`, retryable: true,
  });
}
