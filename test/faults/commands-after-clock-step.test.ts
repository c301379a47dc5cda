import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestOf } from '../support/chat-span.ts';
import { type EvaluatorProcess, startEvaluatorProcess } from '../support/evaluator-process.ts';
import { freePorts } from '../support/free-port.ts';
import { waitUntil } from '../support/wait-until.ts';

const SOON_MS = 20_000;
const HOUR_MS = 3_600_000;
const directory = mkdtempSync(join(tmpdir(), 'understudy-command-clock-'));
let evaluator: EvaluatorProcess;

interface Route {
  readonly lastCallAtMs: number;
  readonly pin?: { readonly target: string; readonly untilMs: number };
}
const route = async () => (await (await fetch(`${evaluator.api}/v1/routes/answer`)).json()) as Route;
const post = (path: string, body: object) => fetch(`${evaluator.api}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
let calls = 0;

async function sendCall(): Promise<void> {
  calls += 1;
  const body = requestOf([{ traceId: String(calls).padStart(32, '0'), spanId: String(calls).padStart(16, '0'), route: 'answer', target: 'a/1', targets: ['a/1', 'b/2'], purpose: 'serve', ending: 'good', startedAtMs: Date.now(), durationMs: 100 }]);
  await fetch(`${evaluator.otlp}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

beforeAll(async () => {
  const [port = 0, otlpPort = 0] = await freePorts(2);
  evaluator = await startEvaluatorProcess({ dataDirectory: join(directory, 'data'), policyFile: undefined, port, otlpPort });
  evaluator.setClock(HOUR_MS);
  await sendCall();
  await waitUntil('the wrong hour has been told', SOON_MS, async () => (await route()).lastCallAtMs > Date.now() + HOUR_MS / 2);
  evaluator.setClock(0);
});

afterAll(async () => {
  expect(await evaluator.stop()).toBe('0');
  rmSync(directory, { recursive: true, force: true });
});

it('a pin lasts as long as it was ordered for, also where the clock was an hour ahead before', async () => {
  expect((await post('/v1/routes/answer/pin', { target: 'b/2', forSeconds: 600, reason: 'x' })).status).toBe(202);
  await waitUntil('it is pinned', SOON_MS, async () => (await route()).pin?.target === 'b/2');
  await sendCall();
  const { pin, lastCallAtMs } = await route();
  const leftMs = (pin?.untilMs ?? 0) - lastCallAtMs;
  expect(leftMs).toBeGreaterThan(500_000);
  expect(leftMs).toBeLessThan(700_000);
});

it('so does a freeze', async () => {
  expect((await post('/v1/freeze', { forSeconds: 600, reason: 'x' })).status).toBe(202);
  const isFrozen = async () => {
    const jws = await (await fetch(`${evaluator.api}/v1/overrides`)).text();
    return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).frozen === true;
  };
  await waitUntil('it is frozen', SOON_MS, isFrozen);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await isFrozen()).toBe(true);
});
