// The whole pipeline in one process: spans go into `understudy dev` over HTTP from this process, and come out as rows, decisions and overrides.
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChatSpan, chatRequest } from './chat-requests.ts';
import { cpuMsByRole } from './cpu-by-role.ts';
import { type DevProcess, startDevProcess } from './dev-process.ts';
import { watchOverrides } from './watch-overrides.ts';

const TARGETS = ['openai/gpt-5-mini', 'anthropic/claude-haiku-4-5'] as const;
const CALLS = 100_000;
const SPANS_A_REQUEST = 50;
const SENDERS = 8;
const ROUTES = 10;

/** Calls a second, and how many an application's SDK sends at once. */
const LATENCY_LOADS = [{ callsPerSecond: 20, together: 1 }, { callsPerSecond: 200, together: 10 }, { callsPerSecond: 2_000, together: 50 }];
/** One in ten routes may be overridden in 10 minutes. */
const LATENCY_ROUTES = 200;
const SAMPLES = 20;
const BAD_CALLS = 30;
const PATIENCE_MS = 20_000;

const say = (text: string) => console.log(`pipeline, one process: ${text}`);

async function send(dev: DevProcess, body: Buffer): Promise<void> {
  for (;;) {
    const response = await fetch(`${dev.otlp}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body: new Uint8Array(body) });
    await response.arrayBuffer();
    if (response.ok) return;
    if (response.status !== 503) throw new Error(`the collector answered ${response.status}`);
    await sleep(1_000);
  }
}

async function sendAll(dev: DevProcess, bodies: readonly Buffer[]): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: SENDERS }, async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await send(dev, body);
  }));
}

async function read<Body>(url: string): Promise<Body> {
  return await (await fetch(url)).json() as Body;
}

async function decided(dev: DevProcess): Promise<number> {
  const { items } = await read<{ items: { targets: { calls: number }[] }[] }>(`${dev.api}/v1/routes`);
  return items.flatMap((route) => route.targets).reduce((sum, target) => sum + target.calls, 0);
}

async function archived(dev: DevProcess, route: string): Promise<number> {
  const { items } = await read<{ items: { count: string }[] }>(`${dev.api}/v1/series?route=${route}&signal=error&from=${Date.now() - 3_600_000}`);
  return items.reduce((sum, bucket) => sum + Number(bucket.count), 0);
}

async function reach(count: () => Promise<number>, wanted: number): Promise<void> {
  while ((await count()) < wanted) await sleep(100);
}

function mixedBodies(calls: number): Buffer[] {
  const span = (index: number): ChatSpan => ({ route: `route-${index % ROUTES}`, target: TARGETS[index % 20 === 0 ? 1 : 0], targets: TARGETS });
  return Array.from({ length: calls / SPANS_A_REQUEST }, (_, request) => chatRequest(Array.from({ length: SPANS_A_REQUEST }, (_unused, index) => span(request * SPANS_A_REQUEST + index)), Date.now()));
}

async function throughput(): Promise<void> {
  const bodies = mixedBodies(CALLS);
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0) / CALLS;
  const dev = await startDevProcess({ version: 1 }, true);
  await sleep(3_000);
  const idleRss = dev.residentMb();
  const idle = dev.cpu();
  await dev.loopDelay();
  await sleep(5_000);
  const started = dev.cpu();
  say(`ready after ${(dev.readyAfterMs / 1_000).toFixed(1)} s   goal ≤ 5 s to the first chart; idle ${Math.round(idleRss)} MB resident, ${((started.allMs - idle.allMs) / 5).toFixed(0)} ms CPU a second, ${((started.mainThreadMs - idle.mainThreadMs) / 5).toFixed(0)} of it on the JavaScript thread   reference: ClickHouse in process alone takes 255 MB`);
  await dev.loopDelay();
  const startedAt = performance.now();
  await sendAll(dev, bodies);
  const acceptedMs = performance.now() - startedAt;
  await reach(() => decided(dev), CALLS);
  const decidedMs = performance.now() - startedAt;
  for (let route = 0; route < ROUTES; route++) await reach(() => archived(dev, `route-${route}`), CALLS / ROUTES);
  const archivedMs = performance.now() - startedAt;
  const used = dev.cpu();
  const delay = await dev.loopDelay();
  const resident = dev.residentMb();
  const allMicros = ((used.allMs - started.allMs) * 1_000) / CALLS;
  const mainMicros = ((used.mainThreadMs - started.mainThreadMs) * 1_000) / CALLS;
  const perSecond = (ms: number) => Math.round((CALLS * 1_000) / ms);
  say(`${CALLS} spans of ${(bytes / 1_000).toFixed(1)} KB, ${SPANS_A_REQUEST} a request: ${perSecond(archivedMs)} spans/s from OTLP to decided and archived, the sender on the same two processors (accepted ${perSecond(acceptedMs)}/s, decided ${perSecond(decidedMs)}/s)`);
  say(`${allMicros.toFixed(0)} µs CPU a span in all: ${Math.round(1e6 / allMicros)} spans/s/core   reference: decode, heuristics and insert alone, without a log, 152 µs naive and 49 µs lean; ${mainMicros.toFixed(0)} µs of it on the JavaScript thread`);
  say(`event loop late by p50 ${delay.p50.toFixed(0)}, p99 ${delay.p99.toFixed(0)}, at most ${delay.max.toFixed(0)} ms meanwhile; ${Math.round(resident)} MB resident after ${CALLS} calls   goal ≤ 800 MB`);
  const byRole = cpuMsByRole(await dev.stop() ?? '');
  say(`of the JavaScript thread, by profile, µs of time a span (waiting for the disk counts for the log): ${[...byRole].filter(([, ms]) => ms * 1_000 >= CALLS / 2).map(([part, ms]) => `${part} ${((ms * 1_000) / CALLS).toFixed(1)}`).join(', ')}`);
}

function latencyPolicy(): object {
  // A limit of the policy instead of a learned baseline: routes are watched from their first call.
  const routes = Object.fromEntries(Array.from({ length: LATENCY_ROUTES }, (_, index) => [`route-${index}`, { mode: 'auto', signals: { error: { max: 0.05 } } }]));
  return { version: 1, routes };
}

/** From the request that carries the last bad spans to the snapshot that carries the override. */
async function latencies(load: (typeof LATENCY_LOADS)[number]): Promise<void> {
  const dev = await startDevProcess(latencyPolicy(), false);
  const overrides = watchOverrides(dev.api);
  const good = (index: number): ChatSpan => ({ route: `route-${index % LATENCY_ROUTES}`, target: TARGETS[index % 7 === 0 ? 1 : 0], targets: TARGETS });
  await sendAll(dev, Array.from({ length: LATENCY_ROUTES }, (_, route) => chatRequest(Array.from({ length: 40 }, (_unused, index) => ({ ...good(route), target: TARGETS[index % 2 === 0 ? 0 : 1] })), Date.now())));
  // The leader looks at the number of active routes every second.
  await sleep(3_000);
  let background = true;
  const sending = (async () => {
    for (let index = SAMPLES; background; index += load.together) {
      const body = chatRequest(Array.from({ length: load.together }, (_, offset) => good(SAMPLES + ((index + offset) % (LATENCY_ROUTES - SAMPLES)))), Date.now());
      void send(dev, body).catch(() => undefined);
      await sleep((load.together * 1_000) / load.callsPerSecond);
    }
  })();
  await sleep(2_000);
  const waited: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const route = `route-${sample}`;
    const body = chatRequest(Array.from({ length: BAD_CALLS }, () => ({ route, target: TARGETS[0], targets: TARGETS, failed: true })), Date.now());
    const sentAt = performance.now();
    await send(dev, body);
    waited.push((await overrides.published(route, PATIENCE_MS)) - sentAt);
    await sleep(300 + ((sample * 137) % 400));
  }
  background = false;
  await sending;
  overrides.stop();
  await dev.stop();
  const sorted = waited.toSorted((one, other) => one - other);
  say(`last bad span sent → override published, at ${load.callsPerSecond} calls/s over ${LATENCY_ROUTES} routes, ${SAMPLES} times: p50 ${Math.round(sorted[Math.floor(SAMPLES / 2)] ?? 0)} ms, p95 ${Math.round(sorted[Math.ceil(SAMPLES * 0.95) - 1] ?? 0)} ms   goal p95 ≤ 3,000 ms`);
}

await throughput();
for (const load of LATENCY_LOADS) await latencies(load);
