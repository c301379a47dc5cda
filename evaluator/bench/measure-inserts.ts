import type { AnalyticsStore } from '../src/store/analytics-store.ts';
import { rowLines } from './bench-rows.ts';

const ROWS_A_BATCH = 5_000;
const BATCHES = 8;

export interface InsertFigures {
  readonly rowsASecond: number;
  /** Of this process, µs. */
  readonly cpuMicrosARow: number;
  readonly bytesARow: number;
  readonly stored: number;
  readonly inserted: number;
}

/** Rows of about 2 KB text, as archive inserts them, into an empty table. The first batch warms up. */
export async function measureInserts(store: AnalyticsStore): Promise<InsertFigures> {
  let cpuMicros = 0;
  let wallMs = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    const lines = rowLines(batch * ROWS_A_BATCH, ROWS_A_BATCH);
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    await store.insertLines('calls', lines);
    const used = process.cpuUsage(cpu);
    if (batch === 0) continue;
    cpuMicros += used.user + used.system;
    wallMs += performance.now() - startedAt;
  }
  const rows = (BATCHES - 1) * ROWS_A_BATCH;
  await store.command('OPTIMIZE TABLE calls FINAL');
  const [found] = await store.query<{ rows: string; bytes: string }>("SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = 'calls' AND database = currentDatabase()");
  return { rowsASecond: (rows * 1_000) / wallMs, cpuMicrosARow: cpuMicros / rows, bytesARow: Number(found?.bytes) / Number(found?.rows), stored: Number(found?.rows), inserted: BATCHES * ROWS_A_BATCH };
}
