import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Snapshot, snapshotSchema } from '@understudy/contracts/snapshot';
import { requestOf, type TestCall } from '../support/chat-span.ts';
import { type EvaluatorProcess, startEvaluatorProcess } from '../support/evaluator-process.ts';
import { freePorts } from '../support/free-port.ts';
import { runUnderstudy } from '../support/run-understudy.ts';
import { waitUntil } from '../support/wait-until.ts';
import { runCommand } from './run-command.ts';

const P = 'openai/gpt-5';
const F = 'openai/gpt-5-mini';
/** Its incident is only suggested: a person applies it. */
const SUGGESTED = 'mail.summary';
const PLAIN = 'support.answer';
const ROUTE_POLICY = { baseline: { minCalls: 100 }, signals: { refusal: { tolerance: 0.1 } }, ramp: { steps: [100] } };
const POLICY = JSON.stringify({ version: 1, routes: { [SUGGESTED]: { ...ROUTE_POLICY, mode: 'suggest' }, [PLAIN]: { ...ROUTE_POLICY, mode: 'observe' } } });
const SOON_MS = 20_000;

const directory = mkdtempSync(join(tmpdir(), 'understudy-api-'));
let evaluator: EvaluatorProcess;
let api: string;
const sent: TestCall[] = [];

beforeAll(async () => {
  const policyFile = join(directory, 'policy.yaml');
  writeFileSync(policyFile, POLICY);
  const [port = 0, otlpPort = 0] = await freePorts(2);
  evaluator = await startEvaluatorProcess({ dataDirectory: join(directory, 'data'), policyFile, port, otlpPort });
  api = evaluator.api;
  // Both ports take OTLP: an SDK needs one URL.
  await send(evaluator.otlp, PLAIN, 60, 'good');
  await send(api, PLAIN, 60, 'good');
  await send(api, SUGGESTED, 300, 'good');
  await waitUntil('every call is counted', SOON_MS, async () => (await items('/v1/routes')).flatMap(({ targets }) => targets).reduce((sum, { calls }) => sum + calls, 0) === sent.length);
});

afterAll(async () => {
  await evaluator?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function send(url: string, route: string, calls: number, ending: TestCall['ending']): Promise<void> {
  const batch = Array.from({ length: calls }, (_, index): TestCall => {
    const number = sent.length + index + 1;
    return {
      traceId: createHash('md5').update(`trace ${number}`).digest('hex'), spanId: number.toString(16).padStart(16, '0'), route, target: number % 3 === 0 ? F : P, targets: [P, F],
      purpose: 'serve', ending: number % 3 === 0 ? 'good' : ending, startedAtMs: Date.now() - 2_000, durationMs: 300 + (number * 37) % 400, sentences: 3 + (number % 9),
    };
  });
  sent.push(...batch);
  const response = await fetch(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: requestOf(batch) });
  expect(response.status, await response.text()).toBe(200);
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${api}${path}`, { headers });
// biome-ignore lint/suspicious/noExplicitAny: what comes from outside is looked at by the expectations.
const json = async (path: string): Promise<any> => (await get(path)).json();
// biome-ignore lint/suspicious/noExplicitAny: as above.
const items = async (path: string): Promise<any[]> => (await json(path)).items;
const write = (method: 'POST' | 'DELETE', path: string, body: unknown = {}, headers: Record<string, string> = { 'content-type': 'application/json' }) => fetch(`${api}${path}`, { method, headers, body: JSON.stringify(body) });

async function snapshot(): Promise<Snapshot> {
  const keys = (await json('/.well-known/jwks.json')) as JSONWebKeySet;
  const { payload } = await compactVerify(await (await get('/v1/overrides')).text(), createLocalJWKSet(keys));
  return snapshotSchema.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
}

async function expectProblem(response: Response, status: number, detail: RegExp): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as { detail: string };
  expect(body).toMatchObject({ status, title: expect.stringMatching(/./), fix: expect.stringMatching(/./) });
  expect(body.detail).toMatch(detail);
}

/** What fetch does not let a page do: any Host. */
function rawRequest(method: string, path: string, headers: Record<string, string>): Promise<number> {
  const url = new URL(path, api);
  return new Promise((resolve, reject) => {
    request({ host: url.hostname, port: url.port, method, path: url.pathname, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject).end(method === 'GET' ? undefined : '{}');
  });
}

describe('overrides', () => {
  it('are one signed snapshot with an ETag, and 304 while it is known', async () => {
    const first = await get('/v1/overrides');
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('application/jose');
    const etag = first.headers.get('etag') ?? '';
    const { epoch, version, ttlMs, v, project } = await snapshot();
    expect({ v, project, ttlMs }).toEqual({ v: 1, project: 'default', ttlMs: 60_000 });
    expect(version).toBeGreaterThan(0);
    expect(etag).toBe(`"${epoch}.${version}"`);
    const again = await get('/v1/overrides', { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  it('come on the stream at once, and are heard of again every 10 s', async () => {
    const stream = await get('/v1/overrides/stream');
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const openedMs = performance.now();
    const seen: { id: string; afterMs: number }[] = [];
    let text = '';
    const reader = (stream.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    while (seen.length < 2) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        expect(event).toMatch(/^event: snapshot$/m);
        expect(event).toMatch(/^data: [\w-]+\.[\w-]+\.[\w-]+$/m);
        seen.push({ id: /^id: (\d+\.\d+)$/m.exec(event)?.[1] ?? '', afterMs: performance.now() - openedMs });
      }
    }
    await reader.cancel();
    const [first, second] = seen.map(({ id }) => id.split('.').map(Number));
    expect(seen[0]?.afterMs).toBeLessThan(2_000);
    expect(seen[1]?.afterMs).toBeLessThan(12_000);
    expect(second?.[0]).toBe(first?.[0]);
    expect(second?.[1]).toBeGreaterThanOrEqual(first?.[1] ?? Number.NaN);
  });

  it('are signed by the key that is published', async () => {
    const { keys } = await json('/.well-known/jwks.json');
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' });
    expect(keys[0]).not.toHaveProperty('d');
  });
});

describe('what can be read', () => {
  it('is healthy and ready', async () => {
    expect((await get('/healthz')).status).toBe(200);
    await waitUntil('ready', SOON_MS, async () => (await get('/readyz')).status === 200);
  });

  it('shows the routes with their targets, and how far they have learned', async () => {
    const route = await json(`/v1/routes/${PLAIN}`);
    expect(route).toMatchObject({ route: PLAIN, mode: 'observe', primary: P, fallbacks: [F] });
    const counts = new Map(route.targets.map(({ id, calls }: { id: string; calls: number }) => [id, calls]));
    expect(counts).toEqual(new Map([[P, sent.filter((call) => call.route === PLAIN && call.target === P).length], [F, sent.filter((call) => call.route === PLAIN && call.target === F).length]]));
    await expectProblem(await get('/v1/routes/no.such.route'), 404, /no\.such\.route/);
  });

  it('lists calls in the order of their receipt, in pages', async () => {
    await waitUntil('all calls are archived', SOON_MS, async () => Number((await evaluator.query<{ n: string }>('SELECT count() AS n FROM calls FINAL'))[0]?.n) === sent.length);
    const page = await json(`/v1/calls?route=${PLAIN}`);
    expect(page.items).toHaveLength(120);
    expect(page.next).toBeNull();
    expect(page.items[0]).toMatchObject({ route: PLAIN, finish_reason: 'stop', error: 0, refusal: 0 });
    expect((await items(`/v1/calls?route=${PLAIN}&target=${encodeURIComponent(F)}`)).every(({ target }) => target === F)).toBe(true);
  });

  it('draws the same series that SQL of one\'s own finds', async () => {
    const to = Date.now() + 1_000;
    const from = to - 240_000;
    const bucketMs = 2_000;
    const series = await items(`/v1/series?route=${PLAIN}&signal=length&from=${from}&to=${to}`);
    const own = await evaluator.query<Record<string, number>>(
      `SELECT target, toInt64(${from} + floor((toUnixTimestamp64Milli(received_at) - ${from}) / ${bucketMs}) * ${bucketMs}) AS bucketStartMs, count() AS count, avg(lengthUTF8(output)) AS mean
       FROM (SELECT * FROM calls FINAL) WHERE route = '${PLAIN}' GROUP BY target, bucketStartMs ORDER BY bucketStartMs, target`,
    );
    const numbers = (rows: Record<string, number>[]) => rows.map((row) => [row.target, Number(row.bucketStartMs), Number(row.count), Number(Number(row.mean).toFixed(6))]);
    expect(own.length).toBeGreaterThanOrEqual(2);
    expect(numbers(series)).toEqual(numbers(own));
    for (const point of series) expect(point.p50).toBeLessThanOrEqual(point.p95);
    await expectProblem(await get(`/v1/series?route=${PLAIN}&signal=beauty`), 400, /signal/);
  });

  it('says what to do at a path that is not there', async () => {
    await expectProblem(await get('/v1/nothing'), 404, /\/v1\/nothing/);
  });
});

describe('guards', () => {
  it('answers to its own host only', async () => {
    expect(await rawRequest('GET', '/v1/routes', { host: 'rebound.example:4319' })).toBe(403);
    expect(await rawRequest('GET', '/v1/routes', { host: `localhost:${new URL(api).port}` })).toBe(200);
  });

  it('takes no change from another origin', async () => {
    await expectProblem(await write('POST', '/v1/freeze', { forSeconds: 60, reason: 'x' }, { 'content-type': 'application/json', origin: 'https://elsewhere.example' }), 403, /elsewhere/);
  });

  it('takes no change that a form could send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) await expectProblem(await write('POST', '/v1/freeze', {}, { 'content-type': type }), 415, /application\/json/);
  });

  it('names what is wrong with a body', async () => {
    await expectProblem(await write('POST', '/v1/freeze', { forSeconds: 0, reason: 'x' }), 400, /forSeconds/);
    await expectProblem(await write('POST', '/v1/freeze', { forSeconds: 60, reason: 'x', extra: 1 }), 400, /extra/);
    await expectProblem(await write('POST', `/v1/routes/${PLAIN}/pin`, { target: P, forSeconds: 8 * 86_400, reason: 'x' }), 400, /forSeconds/);
    await expectProblem(await write('POST', '/v1/freeze', { reason: 'x'.repeat(100_000) }), 413, /64 KiB/);
  });
});

describe('commands', () => {
  const pinned = async () => (await snapshot()).routes[PLAIN]?.targets;

  it('pins a route to one of its targets and releases it', async () => {
    await expectProblem(await write('POST', `/v1/routes/${PLAIN}/pin`, { target: 'openai/else', forSeconds: 60, reason: 'x' }), 409, /not declared/);
    await expectProblem(await write('POST', '/v1/routes/no.such.route/pin', { target: P, forSeconds: 60, reason: 'x' }), 404, /no\.such\.route/);
    const before = await snapshot();
    expect((await write('POST', `/v1/routes/${PLAIN}/pin`, { target: F, forSeconds: 60, reason: 'a test' })).status).toBe(202);
    await waitUntil('the pin is published', SOON_MS, async () => (await pinned())?.[0]?.id === F);
    const after = await snapshot();
    expect(after.version).toBeGreaterThan(before.version);
    expect(after.routes[PLAIN]?.targets).toEqual([{ id: F, percent: 100, purpose: 'serve' }]);
    expect((await json(`/v1/routes/${PLAIN}`)).pin).toMatchObject({ target: F, reason: 'a test' });
    expect((await write('DELETE', `/v1/routes/${PLAIN}/pin`)).status).toBe(202);
    await waitUntil('the pin is gone', SOON_MS, async () => (await pinned()) === undefined);
    await expectProblem(await write('DELETE', `/v1/routes/${PLAIN}/pin`), 409, /nothing is pinned/);
  });

  it('does the same by the command line', async () => {
    const pin = await runUnderstudy(['override', 'pin', PLAIN, F, '--for', '1m', '--reason', 'by hand', '--url', api, '--json']);
    expect(pin.code, pin.stderr).toBe(0);
    expect(JSON.parse(pin.stdout)).toMatchObject({ accepted: true });
    await waitUntil('the pin is published', SOON_MS, async () => (await pinned())?.[0]?.id === F);
    const list = await runUnderstudy(['override', 'list', '--url', api]);
    expect(list.stdout).toMatch(new RegExp(`${PLAIN} .*${F} 100 % serve`));
    const refused = await runUnderstudy(['override', 'pin', PLAIN, 'openai/else', '--for', '1m', '--reason', 'by hand', '--url', api]);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain(`Use one of ${P}, ${F}.`);
    expect((await runUnderstudy(['override', 'release', PLAIN, '--url', api])).code).toBe(0);
    await waitUntil('the pin is gone', SOON_MS, async () => (await pinned()) === undefined);
    const status = await runUnderstudy(['status', '--url', api]);
    expect(status.stdout).toContain(`${P} (the application's order)`);
  });

  it('freezes and unfreezes', async () => {
    expect((await write('POST', '/v1/freeze', { forSeconds: 60, reason: 'a test' })).status).toBe(202);
    await waitUntil('frozen', SOON_MS, async () => (await snapshot()).frozen);
    expect((await write('DELETE', '/v1/freeze')).status).toBe(202);
    await waitUntil('no longer frozen', SOON_MS, async () => !(await snapshot()).frozen);
  });

  it('opens an incident, suggests, and applies what it suggested when a person says so', async () => {
    await waitUntil('the route has learned', SOON_MS, async () => (await json(`/v1/routes/${SUGGESTED}`)).state === 'healthy');
    await waitUntil('the incident is open', SOON_MS, async () => {
      await send(api, SUGGESTED, 12, 'refused');
      return (await items('/v1/incidents?state=open')).length === 1;
    }, 500);
    const [incident] = await items('/v1/incidents?state=open');
    expect(incident).toMatchObject({ route: SUGGESTED, target: P, signal: 'refusal', state: 'open' });
    expect(incident.statistic).toBeGreaterThanOrEqual(incident.threshold);
    expect(await json(`/v1/incidents/${incident.incidentId}`)).toMatchObject({ incidentId: incident.incidentId });
    expect(await items('/v1/incidents?state=resolved')).toEqual([]);
    await expectProblem(await get('/v1/incidents/none'), 404, /no such incident/);
    const suggestion = await waitUntil('it is suggested', SOON_MS, async () => (await json(`/v1/incidents/${incident.incidentId}`)).suggestion);
    expect(suggestion).toContain(F);
    expect((await snapshot()).routes[SUGGESTED], 'nothing moves by itself').toBeUndefined();
    await expectProblem(await write('POST', `/v1/routes/${SUGGESTED}/apply`, { incidentId: 'inc-of-another-time', reason: 'agreed' }), 409, /no open proposal/);
    expect((await write('POST', `/v1/routes/${SUGGESTED}/apply`, { incidentId: incident.incidentId, reason: 'agreed' })).status).toBe(202);
    await waitUntil('the override is published', SOON_MS, async () => (await snapshot()).routes[SUGGESTED]?.targets.some(({ id, percent }) => id === F && percent > 50));
    expect((await snapshot()).routes[SUGGESTED]).toMatchObject({ incidentId: incident.incidentId });
  });

  it('has a decision with its numbers for each step of it', async () => {
    const reasons = async () => (await items(`/v1/decisions?route=${SUGGESTED}`)).map(({ reason }) => reason);
    await waitUntil('the decisions are archived', SOON_MS, async () => (await reasons()).includes('override-published'));
    expect(await reasons()).toEqual(expect.arrayContaining(['baseline-ready', 'suggested', 'applied', 'override-published']));
    const suggested = (await items(`/v1/decisions?route=${SUGGESTED}`)).find(({ reason }) => reason === 'suggested');
    expect(suggested).toMatchObject({ signal: 'refusal', target: P, state_to: 'degraded' });
    expect(suggested.statistic).toBeGreaterThanOrEqual(suggested.threshold);
    expect(suggested.observed).toBeGreaterThan(suggested.baseline);
    const printed = await runUnderstudy(['decisions', SUGGESTED, '--url', api]);
    expect(printed.stdout).toContain('suggested');
  });
});

describe('on loopback', () => {
  it('wants a token that is set, and lets senders of telemetry in without one unless theirs is', async () => {
    const dev = runCommand(process.execPath, ['cli/src/main.ts', 'dev', '--json', '--port', '0', '--otlp-port', '0', '--data', join(directory, 'behind')], { UNDERSTUDY_ADMIN_TOKEN: 'a-long-random-text' });
    try {
      const url = String((await dev.event('ready'))?.api);
      await expectProblem(await fetch(`${url}/v1/routes`), 401, /bearer token/);
      expect((await fetch(`${url}/v1/routes`, { headers: { authorization: 'Bearer a-long-random-text' } })).status).toBe(200);
      expect((await fetch(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"resourceSpans":[]}' })).status).toBe(200);
    } finally {
      dev.kill('SIGTERM');
      expect(await dev.ended).toBe(0);
    }
  });
});

it('what users wrote is readable for the owner only, also in a directory that was there before', async () => {
  const data = join(directory, 'open-to-all');
  mkdirSync(data, { mode: 0o755 });
  const dev = runCommand(process.execPath, ['cli/src/main.ts', 'dev', '--json', '--port', '0', '--otlp-port', '0', '--data', data]);
  try {
    await dev.event('ready');
    for (const file of ['log.db', 'signing-key.pem', 'clickhouse']) expect((statSync(join(data, file)).mode & 0o077).toString(8), file).toBe('0');
  } finally {
    dev.kill('SIGTERM');
    expect(await dev.ended).toBe(0);
  }
});

describe('off loopback', () => {
  it('wants the bearer token for everything but what is signed or says nothing', async () => {
    const dev = runCommand(process.execPath, ['cli/src/main.ts', 'dev', '--json', '--host', '0.0.0.0', '--port', '0', '--otlp-port', '0', '--data', join(directory, 'open')], { UNDERSTUDY_ADMIN_TOKEN: 'a-long-random-text' });
    try {
      const ready = await dev.event('ready');
      const url = String(ready?.api).replace('0.0.0.0', '127.0.0.1');
      const signed = { authorization: 'Bearer a-long-random-text' };
      for (const path of ['/v1/routes', '/v1/incidents', '/v1/calls', '/v1/decisions']) {
        await expectProblem(await fetch(`${url}${path}`), 401, /bearer token/);
        await expectProblem(await fetch(`${url}${path}`, { headers: { authorization: 'Bearer guess' } }), 401, /bearer token/);
        expect((await fetch(`${url}${path}`, { headers: signed })).status).toBe(200);
      }
      await expectProblem(await fetch(`${url}/v1/freeze`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }), 401, /bearer token/);
      for (const path of ['/healthz', '/.well-known/jwks.json']) expect((await fetch(`${url}${path}`)).status).toBe(200);
      const otlp = (headers: Record<string, string>) => fetch(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{"resourceSpans":[]}' });
      expect((await otlp({})).status).toBe(401);
      expect((await otlp(signed)).status).toBe(200);
    } finally {
      dev.kill('SIGTERM');
      expect(await dev.ended).toBe(0);
    }
  });
});
