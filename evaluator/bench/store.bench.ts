// Insert rate of the embedded store. Prints CPU time, which noise of the machine moves least.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChdbStore } from '../src/store/chdb-store.ts';
import { migrate } from '../src/store/migrate.ts';
import { measureInserts } from './measure-inserts.ts';

const directory = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
const store = openChdbStore(directory);
await migrate(store);
const { rowsASecond, cpuMicrosARow, bytesARow } = await measureInserts(store);
console.log(`embedded store, insert: ${Math.round(rowsASecond)} rows/s, ${cpuMicrosARow.toFixed(1)} µs CPU a row, ${Math.round(bytesARow)} B a row on disk   goal ≥ 20,000 rows/s, ≤ 45 µs, ≤ 800 B; parse-only limit of the engine 50,000 rows/s`);
await store.close();
rmSync(directory, { recursive: true, force: true });
