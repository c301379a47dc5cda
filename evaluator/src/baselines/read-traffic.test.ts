import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { openChdbStore } from '../store/chdb-store.ts';
import { migrate } from '../store/migrate.ts';
import { readTraffic } from './read-traffic.ts';

const NOW = Date.now();
const NAMES = ['answer', '\'; DROP TABLE calls; --', '\u0000null', '[\'x\',\\', 'ünïcödé 🚃'];
let directory: string;
let store: AnalyticsStore;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-traffic-'));
  store = openChdbStore(join(directory, 'clickhouse'));
  await migrate(store);
  let span = 0;
  const row = (route: string, target: string, atMs: number) => `${JSON.stringify({ project: 'p', route, target, purpose: 'serve', reason: '', trace_id: 't', span_id: String(++span), received_at: atMs, started_at: atMs, duration_ms: 1 })}\n`;
  const lines: string[] = [];
  for (const name of NAMES) for (let index = 0; index <= 100; index++) lines.push(row(name, name, NOW - index * 1_000));
  for (let index = 0; index < 5_000; index++) lines.push(row('answer', `flood/${index}`, NOW), row(`flood/${index}`, 'answer', NOW));
  await store.insertLines('calls', Buffer.from(lines.join('')));
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

it('reads the traffic of the targets that are named, whatever else senders have named', async () => {
  const traffic = await readTraffic(store, [{ project: 'p', route: 'answer', target: 'answer' }], NOW + 1);
  expect(traffic).toEqual([{ project: 'p', route: 'answer', target: 'answer', callsPerSecond: expect.closeTo(1.01, 5) }]);
});

it.each(NAMES)('(%j) is a name like any other', async (name) => {
  expect(await readTraffic(store, [{ project: 'p', route: name, target: name }], NOW + 1)).toMatchObject([{ route: name, target: name }]);
});
