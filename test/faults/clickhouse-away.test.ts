import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClickHouseStore } from '@understudy/evaluator/store/clickhouse-store';
import { type RunningDev, startDev } from 'understudy/src/server/start-dev.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Ending, requestOf, type TestCall } from '../support/chat-span.ts';
import { type ClickHouseHttp, type Fault, startClickHouseHttp } from '../support/clickhouse-http/clickhouse-http.ts';
import { waitUntil } from '../support/wait-until.ts';

const POLICY = 'version: 1\nroutes:\n  support.answer:\n    mode: suggest\n    signals:\n      error: { max: 0.05 }\n';
const ROUTE = 'support.answer';
/** What meets the inserts of a server that is in trouble, one after the other. */
const SLOW: Fault = { kind: 'delay', delayMs: 400 };
const TROUBLES: readonly Fault[] = [{ kind: 'cut-after' }, SLOW, { kind: 'refuse' }, SLOW, { kind: 'cut-before' }, SLOW, { kind: 'cut-after' }];

let directory: string;
let front: ClickHouseHttp;
let dev: RunningDev;
let sent = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-away-'));
  writeFileSync(join(directory, 'policy.yaml'), POLICY);
  front = await startClickHouseHttp({ directory: join(directory, 'clickhouse') });
  dev = await startDev({
    dataDirectory: join(directory, 'data'), policyFile: join(directory, 'policy.yaml'), host: '127.0.0.1', port: 0, otlpPort: 0, adminToken: undefined, ingestToken: undefined, signingKeyFile: undefined, say: () => {},
    openStore: () => openClickHouseStore({ url: front.url }),
  });
});

afterEach(async () => {
  front.disturb(undefined);
  await front.comeBack();
  await dev.stop();
  await front.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Numbered calls, every one acknowledged. */
async function send(count: number, ending: Ending): Promise<void> {
  const calls = Array.from({ length: count }, (): TestCall => {
    const number = String(++sent);
    return { traceId: `a${number.padStart(31, '0')}`, spanId: `a${number.padStart(15, '0')}`, route: ROUTE, target: 'openai/gpt-5', targets: ['openai/gpt-5', 'openai/gpt-5-mini'], purpose: 'serve', ending, startedAtMs: Date.now() - 500, durationMs: 400 };
  });
  expect((await fetch(`${dev.otlpUrl}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: requestOf(calls) })).status).toBe(200);
}

async function stored(): Promise<{ calls: number; ids: number }> {
  const store = openClickHouseStore({ url: front.url });
  try {
    const [row] = await store.query<{ calls: string; ids: string }>('SELECT count() AS calls, uniqExact(span_id) AS ids FROM calls FINAL');
    return { calls: Number(row?.calls), ids: Number(row?.ids) };
  } finally {
    await store.close();
  }
}

const openIncidents = async () => ((await (await fetch(`${dev.apiUrl}/v1/incidents?state=open`)).json()) as { items: { route: string }[] }).items;
const allStored = () => waitUntil(`all ${sent} calls are stored`, 40_000, async () => (await stored()).calls >= sent);

it('goes on detecting while ClickHouse is away, and stores every call once when it is back, slow and with cut answers', async () => {
  await send(100, 'good');
  await allStored();

  await front.goAway();
  for (let batch = 0; batch < 20; batch++) await send(20, 'failed');
  await waitUntil('the degradation is found without ClickHouse', 15_000, async () => (await openIncidents()).some(({ route }) => route === ROUTE));
  await waitUntil('the service says that it is not ready', 10_000, async () => (await fetch(`${dev.apiUrl}/readyz`)).status === 503);

  let inserts = 0;
  front.disturb(({ sql }) => (sql.startsWith('INSERT INTO calls') ? TROUBLES[inserts++] : undefined));
  await front.comeBack();
  await waitUntil('every trouble has come up', 60_000, async () => {
    await send(5, 'good');
    return inserts >= TROUBLES.length;
  });
  front.disturb(undefined);

  await allStored();
  expect(await stored()).toEqual({ calls: sent, ids: sent });
  await waitUntil('the service is ready again', 15_000, async () => (await fetch(`${dev.apiUrl}/readyz`)).status === 200);
}, 180_000);
