import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchProcess } from './bench-process.ts';
import { atLeast, atMost, sayFigure, whole } from './figures.ts';

const WORKER = fileURLToPath(new URL('./store-worker.ts', import.meta.url));
const FRONT = fileURLToPath(new URL('./serve-clickhouse.ts', import.meta.url));
const SHARED_CONNECTION = 'one connection shared by inserts and queries: p95 201-235 ms';

interface Inserted { readonly rowsASecond: number; readonly cpuMicrosARow: number; readonly bytesARow: number; readonly stored: number; readonly inserted: number }
interface Times { readonly p50: number; readonly p95: number }
interface Queried { readonly rows: number; readonly queryCpuMs: number; readonly rowsASecond: number; readonly inserted: number; readonly rowsAfter: number; readonly alone: Times; readonly beside: Times }

/** The store's port over both adapters, first on an empty table, then on one of 10 million rows, the same directory for both. */
export async function measureStore(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-bench-store-'));
  const inFull = join(directory, 'full');
  try {
    await withEmbedded(join(directory, 'empty'), async (worker) => sayInserted('ClickHouse in process', await ask<Inserted>(worker, 'insert'), ({ cpuMicrosARow }) => `${cpuMicrosARow.toFixed(0)} µs CPU a row: ${whole(1e6 / cpuMicrosARow)} rows/s/core`));
    await withServer(join(directory, 'server'), async (worker, front) => {
      const before = front.cpuMicros();
      const inserted = await ask<Inserted>(worker, 'insert');
      const engineMicrosARow = (front.cpuMicros() - before) / inserted.inserted;
      sayInserted('ClickHouse over HTTP', inserted, ({ cpuMicrosARow }) => `${cpuMicrosARow.toFixed(0)} µs CPU a row in the client, ${engineMicrosARow.toFixed(0)} µs in the engine and its HTTP front, making its tables and a merge of everything included`);
    });
    await withEmbedded(inFull, async (worker) => {
      const { tookMs } = await ask<{ tookMs: number }>(worker, 'fill');
      sayFigure('10 million calls made by INSERT … SELECT FROM numbers', `${(tookMs / 1_000).toFixed(0)} s`);
      sayQueried('ClickHouse in process, a connection for inserts and one for queries', await ask<Queried>(worker, 'query'));
    });
    await withServer(inFull, async (worker) => sayQueried('ClickHouse over HTTP', await ask<Queried>(worker, 'query')));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function withEmbedded(place: string, work: (worker: BenchProcess) => Promise<void>): Promise<void> {
  const worker = new BenchProcess(WORKER, ['embedded', place]);
  try {
    await work(worker);
  } finally {
    await worker.stop();
  }
}

/** The server that `CLICKHOUSE_URL` names is not used: 10 million rows are not for a database that others use. */
async function withServer(place: string, work: (worker: BenchProcess, front: BenchProcess) => Promise<void>): Promise<void> {
  const front = new BenchProcess(FRONT, [place]);
  try {
    const { url } = await front.message<{ url: string }>();
    const worker = new BenchProcess(WORKER, ['http', url]);
    await work(worker, front).finally(() => worker.stop());
  } finally {
    await front.stop();
  }
}

async function ask<Answer>(worker: BenchProcess, what: string): Promise<Answer> {
  worker.tell(what);
  return worker.message<Answer>();
}

function sayInserted(name: string, found: Inserted, cpu: (found: Inserted) => string): void {
  const { rowsASecond, bytesARow, stored, inserted } = found;
  sayFigure(`${name}, rows of 2 KB text, 5,000 an insert`, `${whole(rowsASecond)} rows/s by the clock, ${cpu(found)}`, atLeast(rowsASecond, 20_000, 'rows/s'), 'parse-only limit of the engine 50,000 rows/s');
  sayFigure(`${name}, bytes a call at 2 KB text`, `${whole(bytesARow)} B on disk; ${whole(inserted)} inserted, ${whole(stored)} stored`, atMost(bytesARow, 800, 'B'), 'LZ4, the default of ClickHouse: 1,430 B');
  if (stored !== inserted) throw new Error('inserted rows are missing, or there twice');
}

function sayQueried(name: string, { rows, queryCpuMs, rowsASecond, inserted, rowsAfter, alone, beside }: Queried): void {
  const text = ({ p50, p95 }: Times) => `p50 ${p50.toFixed(0)}, p95 ${p95.toFixed(0)} ms`;
  sayFigure(`${name}, window query (5 min of a route) at ${(rows / 1e6).toFixed(1)} million rows`, `${text(beside)} while ${whole(rowsASecond)} rows/s of 2 KB go in (20,000 wanted); alone ${text(alone)}, ${queryCpuMs.toFixed(0)} ms CPU of the process`, atMost(beside.p95, 50, 'ms'), SHARED_CONNECTION);
  if (rowsAfter < rows + inserted) throw new Error(`${rows + inserted - rowsAfter} inserted rows are missing`);
}
