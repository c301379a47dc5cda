import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { openChdbStore } from '../store/chdb-store.ts';
import { callLine, insertCalls } from '../store/conformance/store-place.ts';
import { migrate } from '../store/migrate.ts';
import { readSeries, type SeriesQuestion } from './read-series.ts';

const T0 = Date.now() - 60_000;
const directory = mkdtempSync(join(tmpdir(), 'understudy-series-'));
let store: AnalyticsStore;

beforeAll(async () => {
  store = openChdbStore(directory);
  await migrate(store);
  const call = (id: string, values: object) => callLine(id, { received_at: T0 + 10, started_at: T0, ...values });
  await insertCalls(store, call('a', { error: 1, duration_ms: 100, cost_usd: 0.5, scores: { fence: 1, 'custom.own': 0 } }), call('b', { error: 0, duration_ms: 300, scores: { fence: 0 } }), call('c', { duration_ms: 500 }));
  const judged = (id: string, values: object) => `${JSON.stringify({ project: 'p', route: 'r', target: 't', span_id: id, received_at: T0 + 10, judged_at: T0 + 900, outcome: 'judged', score: 0.75, ...values })}\n`;
  await store.insertLines('judgements', Buffer.from(judged('a', {}) + judged('b', { score: 0.25 }) + judged('c', { outcome: 'skipped', score: null })));
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

it.each<[SeriesQuestion['signal'], { count: number; mean: number }]>([
  ['error', { count: 2, mean: 0.5 }], ['fence', { count: 2, mean: 0.5 }], ['custom.own', { count: 1, mean: 0 }], ['duration', { count: 3, mean: 300 }], ['duration_ms', { count: 3, mean: 300 }],
  ['spend', { count: 1, mean: 0.5 }], ['judge', { count: 2, mean: 0.5 }],
])('draws %s of the calls that have it', async (signal, { count, mean }) => {
  const [point, ...others] = (await readSeries(store, { project: 'p', route: 'r', signal, from: T0, to: T0 + 60_000 })) as Record<string, unknown>[];
  expect(others).toEqual([]);
  expect({ target: point?.target, start: Number(point?.bucketStartMs), count: Number(point?.count), mean: Number(point?.mean) }).toEqual({ target: 't', start: T0, count, mean });
});

it('says nothing of a signal that no call has', async () => {
  expect(await readSeries(store, { project: 'p', route: 'r', signal: 'hedge', from: T0, to: T0 + 60_000 })).toEqual([]);
  expect(await readSeries(store, { project: 'p', route: 'r', signal: 'custom.another', from: T0, to: T0 + 60_000 })).toEqual([]);
});
