/*
 * The analytics store under load, a process of its own: node store-worker.ts embedded DIRECTORY | http URL. A line on standard input says what to do: "insert" (rows as fast as
 * they go, on an empty table), "fill" (10 million rows), "query" (window queries, alone and while rows go in). Says what it found as one JSON object for each.
 */
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { readSeries } from '@understudy/evaluator/api/read-series';
import type { AnalyticsStore } from '@understudy/evaluator/store/analytics-store';
import { openChdbStore } from '@understudy/evaluator/store/chdb-store';
import { openClickHouseStore } from '@understudy/evaluator/store/clickhouse-store';
import { migrate } from '@understudy/evaluator/store/migrate';
import { RowBatches } from '../../evaluator/bench/bench-rows.ts';
import { measureInserts } from '../../evaluator/bench/measure-inserts.ts';
import { fillCalls } from './fill-calls.ts';
import { quantile } from './figures.ts';

const ROWS_A_BATCH = 5_000;
/** Design §8: rows a second that go in while windows are asked for. */
const ROWS_A_SECOND = 20_000;
const QUERIES = 150;
const QUERY_EVERY_MS = 50;
const WINDOW_MS = 5 * 60_000;
const ROUTES = 20;
/** Batches of rows are numbered from here: a number that comes again within a minute is a repeat. */
const EMBEDDED_BATCHES = 1;
const SERVER_BATCHES = 1_000_000;
/** The embedded store's: both look at the same rows. */
const DATABASE = 'default';

const [kind, place = ''] = process.argv.slice(2);
const store: AnalyticsStore = kind === 'embedded' ? openChdbStore(place) : openClickHouseStore({ url: place, database: DATABASE });

/** The last five minutes of one route, as its chart and its windows ask for them. */
async function queryTimes(): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < QUERIES; index++) {
    const to = Date.now();
    const startedAt = performance.now();
    await readSeries(store, { project: 'default', route: `route-${index % ROUTES}`, signal: 'error', from: to - WINDOW_MS, to });
    times.push(performance.now() - startedAt);
    await pause(QUERY_EVERY_MS);
  }
  return times;
}

async function query(): Promise<object> {
  const rows = Number((await store.query<{ rows: string }>('SELECT count() AS rows FROM calls'))[0]?.rows);
  const cpu = process.cpuUsage();
  const alone = await queryTimes();
  const used = process.cpuUsage(cpu);
  let inserting = true;
  let inserted = 0;
  const startedAt = performance.now();
  const batches = new RowBatches(ROWS_A_BATCH, kind === 'embedded' ? EMBEDDED_BATCHES : SERVER_BATCHES);
  const writer = (async () => {
    while (inserting) {
      await store.insertLines('calls', batches.next());
      inserted += ROWS_A_BATCH;
      await pause(Math.max(0, (inserted * 1_000) / ROWS_A_SECOND - (performance.now() - startedAt)));
    }
  })();
  const beside = await queryTimes();
  const rowsASecond = (inserted * 1_000) / (performance.now() - startedAt);
  inserting = false;
  await writer;
  const rowsAfter = Number((await store.query<{ rows: string }>('SELECT count() AS rows FROM calls'))[0]?.rows);
  return { rows, queryCpuMs: (used.user + used.system) / 1_000 / QUERIES, rowsASecond, inserted, rowsAfter, alone: spread(alone), beside: spread(beside) };
}

function spread(times: readonly number[]): object {
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}

async function fill(): Promise<object> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await fillCalls(store);
  const used = process.cpuUsage(cpu);
  return { cpuMs: (used.user + used.system) / 1_000, tookMs: performance.now() - startedAt };
}

const WORK: Readonly<Record<string, () => Promise<object>>> = { insert: () => measureInserts(store), fill, query };
await migrate(store);
for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(await WORK[line]?.()));
