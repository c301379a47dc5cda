import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import { archiveStep } from '@understudy/evaluator/roles/archive';
import { ARCHIVE_GROUP } from '@understudy/evaluator/roles/groups';
import { type RunningRole, runRole } from '@understudy/evaluator/roles/run-role';
import type { AnalyticsStore } from '@understudy/evaluator/store/analytics-store';
import { openChdbStore } from '@understudy/evaluator/store/chdb-store';
import { migrate } from '@understudy/evaluator/store/migrate';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const TOPIC = TOPICS.calls.name;
let directory: string;
let log: EventLog;
let store: AnalyticsStore;
let role: RunningRole;
let isAway = false;
const said: string[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-archive-'));
  log = openSqliteLog({ directory });
  store = openChdbStore(join(directory, 'clickhouse'));
  await migrate(store);
  said.length = 0;
  isAway = false;
});

afterEach(async () => {
  await role.stop();
  await store.close();
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

function start(): void {
  const awayStore: AnalyticsStore = { ...store, insertLines: (table, lines) => (isAway ? Promise.reject(new Error('the store is away')) : store.insertLines(table, lines)) };
  const say = (text: string) => said.push(text);
  role = runRole({ log, say, group: ARCHIVE_GROUP, topic: TOPIC, partition: 0, prepare: () => archiveStep({ store: awayStore, say, topic: TOPIC, table: 'calls' }) });
}

/** Of today: the store keeps no call for ever. */
const NOW = Date.now();
const row = (spanId: string) => `${JSON.stringify({ project: 'p', route: 'r', target: 't', trace_id: '1', span_id: spanId, received_at: NOW, started_at: NOW, duration_ms: 1 })}\n`;
const append = (...values: string[]) => log.append(values.map((value) => ({ topic: TOPIC, partition: 0, value: Buffer.from(value) })));
const spanIds = async () => (await store.query<{ span_id: string }>('SELECT span_id FROM calls FINAL ORDER BY span_id')).map((found) => found.span_id);

async function letters(): Promise<object[]> {
  const found: object[] = [];
  for (let partition = 0; partition < log.partitionCount(TOPICS.deadLetters.name); partition++) {
    for (const record of (await log.read(TOPICS.deadLetters.name, partition, 0)).records) found.push(JSON.parse(Buffer.from(record.value).toString()));
  }
  return found;
}

describe('a line that is no row', () => {
  it.each([
    ['no JSON', 'nothing\n'], ['a list', '[1]\n'], ['a number that its column cannot hold', '{"attempt":-1}\n'], ['a text in place of a number', '{"duration_ms":"x"}\n'],
    ['bytes that are no text', '\u0000\u0001\n'], ['an end in the middle', '{"project":"p"'],
  ])('(%s) is set aside without its content, and the others of its batch are stored', async (_, bad) => {
    await append(row('a') + row('b'), row('c') + bad, row('d'));
    start();
    await vi.waitFor(async () => expect(await spanIds()).toEqual(['a', 'b', 'c', 'd']), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await log.lag(ARCHIVE_GROUP, TOPIC)).toBe(0));
    expect(await letters()).toEqual([{ v: 1, topic: TOPIC, partition: 0, offset: 1, errorClass: 'ROWS_REFUSED', attempts: expect.any(Number), bytes: expect.any(Number) }]);
    expect(said).toEqual([expect.stringContaining('1 lines of llm.calls/0 are no rows of the table calls')]);
    expect(role.healthy()).toBe(true);
  });

  it('does not have to be something: empty lines are passed over', async () => {
    await append(`\n\n${row('a')}\n${row('b')}`, '\n', '');
    start();
    await vi.waitFor(async () => expect(await spanIds()).toEqual(['a', 'b']), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await log.lag(ARCHIVE_GROUP, TOPIC)).toBe(0));
    expect(await letters()).toEqual([]);
  });

  it('is not looked for while the store is away: everything waits', async () => {
    isAway = true;
    await append(row('a'), 'nothing\n');
    start();
    await vi.waitFor(() => expect(role.healthy()).toBe(false));
    expect(await letters()).toEqual([]);
    isAway = false;
    await vi.waitFor(async () => expect(await spanIds()).toEqual(['a']), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await letters()).toHaveLength(1));
  });
});
