import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { createUnderstudy, type RoutedCall } from '@understudy/sdk';
import { type ChatSpan, chatRequest } from '../../evaluator/bench/chat-requests.ts';
import { waitUntil } from '../support/wait-until.ts';
import { BenchProcess } from './bench-process.ts';
import { atMost, quantile, sayFigure, whole } from './figures.ts';
import type { Installation } from './installation.ts';

const FRONT = fileURLToPath(new URL('./serve-clickhouse.ts', import.meta.url));
const TARGETS = ['openai/gpt-5-mini', 'anthropic/claude-haiku-4-5'] as const;
/** One in ten routes may be overridden in 10 minutes. */
const ROUTES = 200;
const SAMPLES = 20;
const BAD_CALLS = 30;
const CALLS_A_SECOND = 200;
const CALLS_TOGETHER = 10;
const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 1;

/** From the request that carries the last bad spans to the first call that the SDK routes otherwise; everything between in processes of its own. */
export async function measureOverrideLatency(installation: Installation): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-bench-servers-'));
  const processes: BenchProcess[] = [];
  const start = (process: BenchProcess) => {
    processes.push(process);
    return process;
  };
  try {
    const { collector, api } = await startServers(directory, installation, start);
    const waited = await incidents(collector, api);
    sayFigure(`last bad span sent → override applied in an SDK, ${SAMPLES} incidents over ${ROUTES} routes at ${CALLS_A_SECOND} calls/s; collector, score, decide, controller, archive, api and ClickHouse a process each`,
      `p50 ${whole(quantile(waited, 0.5))} ms, p95 ${whole(quantile(waited, 0.95))} ms, at most ${whole(quantile(waited, 1))} ms`, atMost(quantile(waited, 0.95), 3_000, 'ms at p95'), 'one process with embedded log and store: p50 54, p95 107 ms; feature flags of LaunchDarkly, only from publish on: 200 ms');
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
    rmSync(directory, { recursive: true, force: true });
  }
}

async function startServers(directory: string, { environment: kafka }: Installation, start: (process: BenchProcess) => BenchProcess): Promise<{ collector: string; api: string }> {
  const policy = join(directory, 'policy.yaml');
  // A limit of the policy instead of a learned baseline: routes are watched from their first call.
  const routes = Object.fromEntries(Array.from({ length: ROUTES }, (_, index) => [`route-${index}`, { mode: 'auto', signals: { error: { max: 0.05 } } }]));
  writeFileSync(policy, JSON.stringify({ version: 1, routes }));
  const { url } = await start(new BenchProcess(FRONT, [join(directory, 'clickhouse')])).message<{ url: string }>();
  const environment = { ...kafka, CLICKHOUSE_URL: url, UNDERSTUDY_DATA: directory, UNDERSTUDY_POLICY: policy };
  const evaluator = (role: string) => start(BenchProcess.understudy(['evaluator', '--roles', role, '--port', '0'], environment)).message<{ api: string }>();
  // It makes the key that the API shows.
  await evaluator('controller');
  const collector = start(BenchProcess.understudy(['collector', '--otlp-port', '0'], environment)).message<{ otlp: string }>();
  const [{ api }] = await Promise.all([evaluator('api'), evaluator('score'), evaluator('decide'), evaluator('archive')]);
  return { collector: (await collector).otlp, api };
}

async function send(collector: string, body: Buffer): Promise<void> {
  const response = await fetch(`${collector}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body: new Uint8Array(body) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the collector answered ${response.status}`);
}

async function incidents(collector: string, api: string): Promise<number[]> {
  const understudy = createUnderstudy({ endpoint: api, service: 'bench', captureContent: false });
  const calls = Array.from({ length: SAMPLES }, (_, index) => understudy.call<undefined, string>(`route-${index}`, { primary: target(TARGETS[0]), fallbacks: [target(TARGETS[1])] }));
  await proveTargets(collector, api);
  const background = sendInBackground(collector);
  const waited: number[] = [];
  try {
    await pause(2_000);
    for (const [index, call] of calls.entries()) {
      const body = chatRequest(Array.from({ length: BAD_CALLS }, () => ({ route: `route-${index}`, target: TARGETS[0], targets: TARGETS, failed: true })), Date.now());
      const sentAt = performance.now();
      await send(collector, body);
      waited.push((await appliedAt(call, index)) - sentAt);
      await pause(300 + ((index * 137) % 400));
    }
  } finally {
    await background.stop();
    await understudy.shutdown();
  }
  return waited;
}

function target(id: string): { id: string; run: () => string } {
  return { id, run: () => id };
}

async function appliedAt(call: RoutedCall<undefined, string>, index: number): Promise<number> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    if ((await call(undefined)).served.reason === 'override') return performance.now();
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`no override of route-${index} was applied within ${PATIENCE_MS} ms`);
}

/** A fallback must have answered lately, and the leader counts the active routes every second. */
async function proveTargets(collector: string, api: string): Promise<void> {
  for (let route = 0; route < ROUTES; route++) {
    await send(collector, chatRequest(Array.from({ length: 40 }, (_, index) => ({ route: `route-${route}`, target: TARGETS[index % 2 === 0 ? 0 : 1], targets: TARGETS })), Date.now()));
  }
  await waitUntil('every route is known', PATIENCE_MS, async () => {
    const { items } = await (await fetch(`${api}/v1/routes`)).json() as { items: { targets: { calls: number }[] }[] };
    return items.flatMap(({ targets }) => targets).reduce((sum, { calls }) => sum + calls, 0) >= ROUTES * 40;
  });
  await pause(3_000);
}

function sendInBackground(collector: string): { stop(): Promise<void> } {
  const span = (index: number): ChatSpan => ({ route: `route-${SAMPLES + (index % (ROUTES - SAMPLES))}`, target: TARGETS[index % 7 === 0 ? 1 : 0], targets: TARGETS });
  let stopped = false;
  const done = (async () => {
    for (let index = 0; !stopped; index += CALLS_TOGETHER) {
      void send(collector, chatRequest(Array.from({ length: CALLS_TOGETHER }, (_, offset) => span(index + offset)), Date.now())).catch(() => undefined);
      await pause((CALLS_TOGETHER * 1_000) / CALLS_A_SECOND);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await done;
    },
  };
}
