import { existsSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { UnderstudyError } from '@understudy/contracts/problem';
import { createChdbConnection } from 'chdb/connection';
import { type AnalyticsStore, STORE_UNAVAILABLE } from './analytics-store.ts';
import { EMBEDDED_BOUNDS, type QueryBounds } from './query-bounds.ts';
import { storeOverClients } from './store-over-clients.ts';

/** The tables alone take a few kilobytes; ClickHouse reserves a megabyte for each insert. */
const ROOM_FOR_TABLES_BYTES = 16 * 1024 * 1024;

/**
 * ClickHouse in this process. Two connections, since one serialises everything that goes through it: inserts beside queries (p50 of a
 * window query while inserting: 27 ms against 141 ms on a shared one). One process a directory.
 */
export function openChdbStore(directory: string, bounds: Partial<QueryBounds> = {}): AnalyticsStore {
  refuseWithoutRoom(directory);
  return storeOverClients({
    writer: client(directory), reader: client(directory), bounds: { ...EMBEDDED_BOUNDS, ...bounds },
    place: { prepare: async () => {} },
    settings: { query: {}, insert: {}, command: {} },
    // The engine's own limit is enough: there is no way to it that could break.
    within: (_, ask) => ask(undefined),
    explain: (cause) => (cause instanceof UnderstudyError ? cause : new UnderstudyError({
      code: STORE_UNAVAILABLE, message: `the analytics store in ${directory} failed: ${cause instanceof Error ? cause.message.trim() : String(cause)}`,
      fix: 'Look at the free space of its disk and at the memory of this machine; what was acknowledged waits in the event log.', retryable: true, cause,
    })),
  });
}

function client(directory: string) {
  try {
    return createClient({ connection: createChdbConnection({ path: directory }) } as Parameters<typeof createClient>[0]);
  } catch (cause) {
    throw new UnderstudyError({
      code: STORE_UNAVAILABLE, message: `cannot open the analytics store in ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`,
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
    code: STORE_UNAVAILABLE, message: `there is no room for the analytics store in ${directory}: ${Math.floor((disk.bavail * disk.bsize) / 1024 / 1024)} MiB are free`,
    fix: `Make room on its disk (at least ${ROOM_FOR_TABLES_BYTES / 1024 / 1024} MiB), or give another data directory with --data.`, retryable: true,
  });
}
