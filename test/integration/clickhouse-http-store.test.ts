import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { openClickHouseStore } from '@understudy/evaluator/store/clickhouse-store';
import { describeAnalyticsStore } from '@understudy/evaluator/store/conformance';
import { callLine, insertCalls } from '@understudy/evaluator/store/conformance/store-place';
import { migrate } from '@understudy/evaluator/store/migrate';
import type { QueryBounds } from '@understudy/evaluator/store/query-bounds';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClickHouseHttp, startClickHouseHttp } from '../support/clickhouse-http/clickhouse-http.ts';

const USER = 'understudy';
const PASSWORD = 'p@ss word/%?#&';
let directory: string;
let front: ClickHouseHttp;
let databases = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-clickhouse-http-'));
  front = await startClickHouseHttp({ directory, user: USER, password: PASSWORD });
});

afterAll(async () => {
  await front.close();
  rmSync(directory, { recursive: true, force: true });
});

const open = (database: string, bounds?: Partial<QueryBounds>) => openClickHouseStore({ url: front.url, username: USER, password: PASSWORD, database }, bounds);

describeAnalyticsStore('ClickHouse over HTTP', async () => {
  const database = `understudy_test_${++databases}`;
  return { open: (bounds) => open(database, bounds), remove: async () => {} };
});

describe('a server that is away or slow', () => {
  const store = () => current;
  let current: ReturnType<typeof open>;
  beforeEach(async () => {
    const database = `understudy_test_${++databases}`;
    const patient = open(database);
    await migrate(patient);
    await patient.close();
    current = open(database, { writeMs: 1_000, queryMs: 1_000, graceMs: 500 });
  });
  afterEach(async () => {
    front.disturb(undefined);
    await front.comeBack();
    await current.close();
  });
  const problemOf = (asked: Promise<unknown>) => asked.then(() => undefined, (error: unknown) => error);
  const stored = () => store().query('SELECT span_id FROM calls FINAL ORDER BY span_id');

  it('is an error that may pass, and names the variable to look at; it is used again once it is back', async () => {
    await front.goAway();
    expect(await problemOf(insertCalls(store(), callLine('a')))).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true, fix: expect.stringContaining('CLICKHOUSE_URL') });
    expect(await problemOf(stored())).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    await front.comeBack();
    await insertCalls(store(), callLine('a'));
    expect(await stored()).toEqual([{ span_id: 'a' }]);
  });

  it.each(['refuse', 'cut-before', 'cut-after', 'cut-inside'] as const)('(%s) makes an insert fail that can be repeated, and what was stored meanwhile counts once', async (kind) => {
    front.disturb(() => ({ kind }));
    const [line, other] = [callLine('a'), callLine('b')];
    for (let attempt = 0; attempt < 3; attempt++) expect(await problemOf(insertCalls(store(), line, other))).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    front.disturb(undefined);
    if (kind === 'cut-after') expect(await stored(), 'it was executed although its answer was cut').toHaveLength(2);
    await insertCalls(store(), line, other);
    expect(await stored()).toEqual([{ span_id: 'a' }, { span_id: 'b' }]);
  });

  it('is waited for no longer than the bound, for inserts and for queries', async () => {
    front.disturb(() => ({ kind: 'delay', delayMs: 3_000 }));
    expect(await problemOf(insertCalls(store(), callLine('a')))).toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('no answer within 1.5 s') });
    expect(await problemOf(stored())).toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('no answer within 1.5 s') });
  });
});

describe('what is sent', () => {
  it('is compressed, bounded, and waits until rows are stored; a query cannot write', async () => {
    const store = open(`understudy_test_${++databases}`);
    await migrate(store);
    const before = front.asked.length;
    await insertCalls(store, callLine('a'));
    await store.query('SELECT 1');
    const [insert, query] = front.asked.slice(before);
    expect(insert?.encoding).toBe('zstd');
    expect(Object.fromEntries(insert?.settings ?? [])).toMatchObject({ async_insert: '0', wait_end_of_query: '1', max_execution_time: '30', input_format_json_throw_on_bad_escape_sequence: '0' });
    expect(Object.fromEntries(query?.settings ?? [])).toMatchObject({ max_execution_time: '20', max_memory_usage: String(1024 ** 3), max_threads: '4', max_result_rows: '100000', readonly: '2' });
    await expect(store.query('CREATE TABLE mischief (a UInt8) ENGINE = Memory')).rejects.toThrow(/does not allow/);
    await expect(store.query('SELECT 1 AS one; DROP TABLE calls')).rejects.toThrow();
    expect(await store.query('SELECT count() AS n FROM calls')).toEqual([{ n: 1 }]);
    await store.close();
  });
});

describe('secrets', () => {
  it('are accepted in the URL, and are in no error', async () => {
    const withPassword = front.url.replace('//', `//${USER}:${encodeURIComponent(PASSWORD)}@`);
    const store = openClickHouseStore({ url: `${withPassword}/default` });
    expect(await store.query('SELECT currentDatabase() AS name')).toEqual([{ name: 'default' }]);
    await front.goAway();
    const problems = [await store.query('SELECT 1').catch((error: unknown) => error)];
    await front.comeBack();
    problems.push(await store.query('SELECT * FROM nothing').catch((error: unknown) => error));
    await store.close();
    for (const problem of problems) expect(problem).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(`${USER}:${PASSWORD}`).toString('base64')]) expect(inspect(problems, { depth: 10, showHidden: true })).not.toContain(secret);
  });

  it('that are wrong are named as such, without what was tried', async () => {
    const store = openClickHouseStore({ url: front.url, username: USER, password: 'guessed-wrong', database: 'default' });
    const problem = await store.query('SELECT 1').catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('does not accept the user'), fix: expect.stringContaining('CLICKHOUSE_PASSWORD') });
    expect(inspect(problem, { depth: 10 })).not.toContain('guessed-wrong');
    await store.close();
  });
});

const real = process.env.CLICKHOUSE_URL;
if (real === undefined) console.log('ClickHouse server: CLICKHOUSE_URL is not set, so the adapter was tried against the HTTP front of the engine in process only.');
else {
  describeAnalyticsStore('a ClickHouse server', async () => {
    const database = `understudy_test_${process.pid}_${++databases}`;
    const openReal = (bounds?: Partial<QueryBounds>) => openClickHouseStore({ url: real, username: process.env.CLICKHOUSE_USER, password: process.env.CLICKHOUSE_PASSWORD, database }, bounds);
    return {
      open: openReal,
      async remove() {
        const store = openReal();
        await store.command(`DROP DATABASE IF EXISTS ${database}`);
        await store.close();
      },
    };
  });
}
