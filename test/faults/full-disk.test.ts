import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requestOf, type TestCall } from '../support/chat-span.ts';
import { checkCounts } from '../support/check-counts.ts';
import { type EvaluatorProcess, startEvaluatorProcess } from '../support/evaluator-process.ts';
import type { EvaluatorPlan } from '../support/fault-plan.ts';
import { freePorts } from '../support/free-port.ts';
import { NumberedSender } from '../support/numbered-sender.ts';
import { runUnderstudy } from '../support/run-understudy.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { waitUntil } from '../support/wait-until.ts';

const ROUTE = 'support.answer';
const TARGETS = ['openai/gpt-5', 'openai/gpt-5-mini'] as const;
const POLICY = JSON.stringify({ version: 1, routes: { [ROUTE]: { mode: 'auto', baseline: { minCalls: 100 }, signals: { refusal: { tolerance: 0.1 } }, ramp: { steps: [100] } } } });
const FULL_MS = 4_000;
const CLOCK_AHEAD_MS = 180_000;

let directory: string;
let plan: EvaluatorPlan;
let evaluator: EvaluatorProcess | undefined;
let disk: SmallDisk | undefined;
let sick = false;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-full-'));
  const policyFile = join(directory, 'policy.yaml');
  writeFileSync(policyFile, POLICY);
  const [port = 0, otlpPort = 0] = await freePorts(2);
  plan = { dataDirectory: join(directory, 'data'), policyFile, port, otlpPort };
  sick = false;
});

afterEach(async () => {
  evaluator?.kill('SIGKILL');
  await evaluator?.ended;
  disk?.unmount();
  disk = undefined;
  rmSync(directory, { recursive: true, force: true });
});

function startSender(): NumberedSender {
  return new NumberedSender({
    urls: [`http://127.0.0.1:${plan.otlpPort}`], seed: 1, routes: [ROUTE], targets: [...TARGETS], everyMs: 50, callsABatch: 5,
    choose: (_, random) => ({ target: random.chance(0.8) ? TARGETS[0] : TARGETS[1], purpose: 'serve' }),
    endingOf: (_, target, random) => (sick && target === TARGETS[0] && random.chance(0.8) ? 'refused' : 'good'),
  });
}

const call = (number: number, sentences: number): TestCall => ({
  traceId: String(number).padStart(32, 'a'), spanId: String(number).padStart(16, 'a'), route: ROUTE, target: TARGETS[0], targets: TARGETS, purpose: 'serve', ending: 'good', startedAtMs: Date.now() - 500, durationMs: 400, sentences,
});

const post = (body: string) => fetch(`http://127.0.0.1:${plan.otlpPort}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

const SMALL_REQUEST = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'f'.repeat(32), spanId: 'f'.repeat(16), name: 'no model call' }] }] }] });

async function expectRetryLater(refusal: Response): Promise<void> {
  expect(refusal.status).toBe(503);
  expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(Number(refusal.headers.get('retry-after'))).toBeLessThanOrEqual(8);
  expect(((await refusal.json()) as { message: string }).message).toMatch(/Make room|its limit/);
}

async function expectAllCounted(sender: NumberedSender): Promise<void> {
  expect(await evaluator?.stop()).toBe('0');
  evaluator = await startEvaluatorProcess({ ...plan, logLimits: {}, clockAheadMs: CLOCK_AHEAD_MS });
  const counts = await checkCounts(evaluator, sender.sent);
  expect(counts.faults).toEqual([]);
  expect(counts.calls).toBe(sender.sent.length);
}

const routeNow = async () => (await (await fetch(`http://127.0.0.1:${plan.port}/v1/routes/${ROUTE}`)).json()) as { state: string; incidentId?: string; targets: { id: string; calls: number; proved: boolean; hasBaseline: boolean }[] };
const callsDecided = async () => (await routeNow()).targets.reduce((sum, { calls }) => sum + calls, 0);

it('answers 503 while the disk of the log is full, loses nothing that was acknowledged, and goes on by itself', async () => {
  disk = mountSmallDisk(plan.dataDirectory, 64);
  if (disk === undefined) console.log('no file system can be mounted here: the page limit of SQLite stands in for a full disk, in the next test');
  if (disk === undefined) return;
  evaluator = await startEvaluatorProcess(plan);
  const sender = startSender();
  await waitUntil('calls are decided', 20_000, async () => (await callsDecided()) > 100);
  disk.fill();
  await expectRetryLater(await waitUntil('a request is refused', 10_000, async () => {
    const response = await post(SMALL_REQUEST);
    return response.status === 200 ? undefined : response;
  }));
  await pause(FULL_MS);
  expect(evaluator.isAlive()).toBe(true);
  expect((await fetch(`${evaluator.api}/healthz`)).status).toBe(200);
  expect((await post('{"resourceSpans":[')).status, 'a broken request is still told that it is broken').toBe(400);
  disk.empty();
  await waitUntil('requests are taken again', 20_000, async () => (await post(SMALL_REQUEST)).status === 200);
  await pause(1_000);
  await sender.stop();
  expect(sender.refusals.get(503)).toBeGreaterThan(0);
  expect([...sender.refusals.keys()]).toEqual([503]);
  await expectAllCounted(sender);
}, 120_000);

/** Answers of a megabyte each, more at once than the roles can read away, again on a machine that is too busy for that; which were acknowledged? */
async function flood(): Promise<{ acknowledged: TestCall[]; refusals: Response[] }> {
  const acknowledged: TestCall[] = [];
  for (let round = 0; ; round++) {
    const calls = Array.from({ length: 12 }, (_, index) => call(round * 12 + index, 12));
    const responses = await Promise.all(calls.map((one) => post(bigRequestOf(one))));
    acknowledged.push(...calls.filter((_, index) => responses[index]?.status === 200));
    const refusals = responses.filter(({ status }) => status !== 200);
    if (refusals.length > 0 || round === 7) return { acknowledged, refusals };
  }
}

const bigRequestOf = (one: TestCall) => requestOf([one]).replace('Thank you', 'Thank you '.repeat(100_000));

async function expectStored(calls: readonly TestCall[]): Promise<void> {
  const wanted = calls.map(({ spanId }) => spanId).sort();
  const stored = async () => (await evaluator?.query<{ span_id: string }>('SELECT span_id FROM calls FINAL ORDER BY span_id'))?.map(({ span_id }) => span_id);
  await waitUntil('what was acknowledged is archived', 20_000, async () => ((await stored())?.length ?? 0) >= wanted.length).catch(() => undefined);
  expect(await stored()).toEqual(wanted);
}

it('answers 503 at the page limit of SQLite, lives on, and has everything that it acknowledged when there is room', async () => {
  evaluator = await startEvaluatorProcess({ ...plan, logLimits: { maxPages: 1_000 } });
  const { acknowledged, refusals } = await flood();
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) await expectRetryLater(refusal);
  await pause(1_000);
  expect((await fetch(`${evaluator.api}/healthz`)).status).toBe(200);
  expect(await evaluator.stop()).toBe('0');
  evaluator = await startEvaluatorProcess(plan);
  await expectStored(acknowledged);
}, 120_000);

it('answers 503 at the byte limit of the log, and makes room by itself from what was read', async () => {
  evaluator = await startEvaluatorProcess({ ...plan, logLimits: { refuseAtBytes: 8 * 1024 * 1024, retainBytes: 2 * 1024 * 1024 } });
  const { acknowledged, refusals } = await flood();
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) await expectRetryLater(refusal);
  const late = await waitUntil('a megabyte is taken again', 30_000, async () => ((await post(bigRequestOf(call(100, 12)))).status === 200 ? call(100, 12) : undefined));
  await expectStored([...acknowledged, late]);
}, 120_000);

it('goes on detecting while ClickHouse can store nothing, and stores everything once when it can again', async () => {
  disk = mountSmallDisk(join(plan.dataDirectory, 'clickhouse'), 96);
  if (disk === undefined) console.log('no file system can be mounted here: inserts that fail stand in for a full disk of ClickHouse');
  evaluator = await startEvaluatorProcess(plan);
  const sender = startSender();
  await waitUntil('the route has learned', 40_000, async () => {
    const route = await routeNow();
    return route.state === 'healthy' && route.targets.length === 2 && route.targets.every(({ hasBaseline, proved }) => hasBaseline && proved);
  });
  if (disk === undefined) evaluator.refuseInserts(true);
  else disk.fill();
  sick = true;
  const incident = await waitUntil('the incident opens', 20_000, async () => (await routeNow()).incidentId);
  expect(incident).toMatch(/./);
  await waitUntil('the override is published', 20_000, async () => (await routeNow()).state === 'overridden');
  const ready = await waitUntil('the archive says that it cannot', 20_000, async () => {
    const response = await fetch(`http://127.0.0.1:${plan.port}/readyz`);
    return response.status === 503 ? ((await response.json()) as { detail: string }) : undefined;
  });
  expect(ready.detail).toContain('archive fails on llm.');
  expect((await post(SMALL_REQUEST)).status).toBe(200);
  expect(evaluator.isAlive()).toBe(true);
  if (disk === undefined) evaluator.refuseInserts(false);
  else disk.empty();
  await waitUntil('every role runs again', 40_000, async () => (await fetch(`http://127.0.0.1:${plan.port}/readyz`)).status === 200);
  await sender.stop();
  expect(sender.refusals.size).toBe(0);
  await expectAllCounted(sender);
}, 150_000);

it('does not start on a full disk, and says which', async () => {
  disk = mountSmallDisk(join(plan.dataDirectory, 'clickhouse'), 24);
  if (disk === undefined) {
    console.log('not tried: no file system can be mounted here');
    return;
  }
  disk.fill();
  const dev = await runUnderstudy(['dev', '--data', plan.dataDirectory, '--port', '0', '--otlp-port', '0']);
  expect(dev.code).toBe(1);
  expect(dev.stderr).toMatch(/there is no room for the analytics store in .*clickhouse: 0 MiB are free/);
  expect(dev.stderr).not.toMatch(/\n\s+at /);
  disk.empty();
  evaluator = await startEvaluatorProcess(plan);
  expect((await fetch(`${evaluator.api}/healthz`)).status).toBe(200);
}, 60_000);
