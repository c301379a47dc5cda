import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import { ARCHIVE_GROUP, SCORE_GROUP } from '@understudy/evaluator/roles/groups';
import type { AnalyticsStore } from '@understudy/evaluator/store/analytics-store';
import { openChdbStore } from '@understudy/evaluator/store/chdb-store';
import { migrate } from '@understudy/evaluator/store/migrate';
import { WindowCloser } from '@understudy/evaluator/windows/close-windows';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterEach, beforeEach, expect, it } from 'vitest';

const MINUTE = 60_000;
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE;
let directory: string;
let nowMs = T0;
let log: EventLog;
let store: AnalyticsStore;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-windows-'));
  nowMs = T0;
  log = openSqliteLog({ directory, now: () => nowMs });
  store = openChdbStore(join(directory, 'clickhouse'));
  await migrate(store);
});

afterEach(async () => {
  await store.close();
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

function line(spanId: string, receivedAtMs: number, error = 0): Buffer {
  const row = { project: 'default', route: 'r', target: 't', purpose: 'serve', reason: '', trace_id: 't', span_id: spanId, received_at: receivedAtMs, started_at: T0, duration_ms: 10, error };
  return Buffer.from(`${JSON.stringify(row)}\n`);
}

/** One span received now, scored at once. */
async function scored(spanId: string, error = 0): Promise<void> {
  await log.append([{ topic: TOPICS.spans.name, partition: 0, value: Buffer.from(spanId) }]);
  await score();
  await log.append([{ topic: TOPICS.calls.name, partition: 0, value: line(spanId, nowMs, error) }]);
}

async function score(): Promise<void> {
  const owner = await log.acquire(SCORE_GROUP, TOPICS.spans.name, 0);
  await owner.step(() => ({ outputs: [] }));
  await owner.release();
}

async function archive(): Promise<void> {
  const owner = await log.acquire(ARCHIVE_GROUP, TOPICS.calls.name, 0);
  await owner.step(async ({ records }) => {
    await store.insertLines('calls', Buffer.concat(records.map((record) => record.value)));
    return { outputs: [] };
  });
  await owner.release();
}

const windows = async () => (await store.query<{ calls: string; errors: string }>('SELECT calls, errors FROM windows FINAL ORDER BY minute')).map(({ calls, errors }) => [Number(calls), Number(errors)]);

it('closes a minute only when score and archive have passed its end', async () => {
  const closer = new WindowCloser(log, store);
  await closer.run(nowMs);
  await scored('a');
  await scored('b', 1);
  nowMs = T0 + MINUTE + 10;
  await closer.run(nowMs);
  await closer.run(nowMs);
  expect(await windows()).toEqual([]);
  await archive();
  await closer.run(nowMs);
  expect(await windows()).toEqual([[2, 1]]);
});

it('waits for a span that score has not read', async () => {
  const closer = new WindowCloser(log, store);
  await closer.run(nowMs);
  await scored('a');
  await log.append([{ topic: TOPICS.spans.name, partition: 0, value: Buffer.from('b') }]);
  await archive();
  nowMs = T0 + MINUTE + 10;
  await closer.run(nowMs);
  expect(await windows()).toEqual([]);
  await score();
  await log.append([{ topic: TOPICS.calls.name, partition: 0, value: line('b', T0) }]);
  await closer.run(nowMs);
  expect(await windows()).toEqual([]);
  await archive();
  await closer.run(nowMs);
  await closer.run(nowMs);
  expect(await windows()).toEqual([[2, 0]]);
});

it('counts a repeat once, in the minute of its first receipt', async () => {
  const closer = new WindowCloser(log, store);
  await closer.run(nowMs);
  await scored('a');
  nowMs = T0 + MINUTE + 10;
  await scored('a');
  await archive();
  nowMs = T0 + 2 * MINUTE + 10;
  await closer.run(nowMs);
  expect(await windows()).toEqual([[1, 0]]);
});

it('goes on after a restart and repeats the last minute under its key', async () => {
  await scored('a');
  await archive();
  nowMs = T0 + MINUTE + 10;
  await new WindowCloser(log, store).run(nowMs);
  await scored('b');
  await archive();
  nowMs = T0 + 2 * MINUTE + 10;
  await new WindowCloser(log, store).run(nowMs);
  expect(await windows()).toEqual([[1, 0], [1, 0]]);
});
