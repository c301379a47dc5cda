// Insert rate of the embedded store: rows of about 2 KB text, as archive inserts them. Prints CPU time, which noise of the machine moves least.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChdbStore } from '../src/store/chdb-store.ts';
import { migrate } from '../src/store/migrate.ts';
import { rowLines } from './bench-rows.ts';

const ROWS_A_BATCH = 5_000;
const BATCHES = 8;

const directory = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
const store = openChdbStore(directory);
await migrate(store);
let cpuMicros = 0;
let wallMs = 0;
for (let batch = 0; batch < BATCHES; batch++) {
  const lines = rowLines(batch * ROWS_A_BATCH, ROWS_A_BATCH);
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await store.insertLines('calls', lines);
  const used = process.cpuUsage(cpu);
  // The first batch warms up.
  if (batch === 0) continue;
  cpuMicros += used.user + used.system;
  wallMs += performance.now() - startedAt;
}
const rows = (BATCHES - 1) * ROWS_A_BATCH;
await store.command('OPTIMIZE TABLE calls FINAL');
const bytes = Number((await store.query<{ bytes: string }>("SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = 'calls'"))[0]?.bytes ?? 0);
console.log(`embedded store, insert: ${Math.round(rows / (wallMs / 1000))} rows/s, ${(cpuMicros / rows).toFixed(1)} µs CPU a row, ${Math.round(bytes / (BATCHES * ROWS_A_BATCH))} B a row on disk   goal ≥ 20,000 rows/s, ≤ 45 µs, ≤ 800 B; parse-only limit of the engine 50,000 rows/s`);
await store.close();
rmSync(directory, { recursive: true, force: true });
