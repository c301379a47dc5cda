import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestOf, type TestCall } from '../support/chat-span.ts';
import { type EvaluatorProcess, startEvaluatorProcess } from '../support/evaluator-process.ts';
import { freePorts } from '../support/free-port.ts';
import { SnapshotWatcher } from '../support/snapshot-watcher.ts';
import { waitUntil } from '../support/wait-until.ts';

const TARGETS = ['openai/gpt-5', 'openai/gpt-5-mini'];
const SOON_MS = 20_000;
const directory = mkdtempSync(join(tmpdir(), 'understudy-bad-input-'));
let evaluator: EvaluatorProcess;
let calls = 0;

beforeAll(async () => {
  const [port = 0, otlpPort = 0] = await freePorts(2);
  evaluator = await startEvaluatorProcess({ dataDirectory: join(directory, 'data'), policyFile: undefined, port, otlpPort });
});

afterAll(async () => {
  expect(await evaluator.stop()).toBe('0');
  rmSync(directory, { recursive: true, force: true });
});

function callOn(route: string, more: Partial<TestCall> = {}): TestCall {
  calls += 1;
  return { traceId: calls.toString(16).padStart(32, '0'), spanId: calls.toString(16).padStart(16, '0'), route, target: 'openai/gpt-5', targets: TARGETS, purpose: 'serve', ending: 'good', startedAtMs: Date.now() - 500, durationMs: 400, ...more };
}

const post = (body: string | Uint8Array, headers: Record<string, string> = {}) => fetch(`${evaluator.otlp}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: body as RequestInit['body'] });

interface RouteItem { readonly route: string; readonly targets: readonly { readonly id: string; readonly calls: number }[] }

async function routeNamed(name: string): Promise<RouteItem | undefined> {
  const { items } = (await (await fetch(`${evaluator.api}/v1/routes`)).json()) as { items: RouteItem[] };
  return items.find(({ route }) => route === name);
}

describe('a request that cannot be read', () => {
  const deep = (levels: number) => `{"resourceSpans":${'['.repeat(levels)}`;
  const bodies: [name: string, status: number, body: string | Uint8Array, headers?: Record<string, string>][] = [
    ['no JSON', 400, '{"resourceSpans":[{'],
    ['a million levels of JSON', 400, deep(1_000_000)],
    ['JSON of another shape', 400, '{"resourceSpans":{"scopeSpans":"none"}}'],
    ['no protobuf', 400, Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x7f, 0x01]), { 'content-type': 'application/x-protobuf' }],
    ['no gzip', 400, Buffer.from('plain'), { 'content-encoding': 'gzip' }],
    ['gzip that grows beyond every bound', 413, gzipSync(Buffer.alloc(100 * 1024 * 1024)), { 'content-encoding': 'gzip' }],
    ['gzip in gzip', 415, gzipSync(gzipSync('{}')), { 'content-encoding': 'gzip, gzip' }],
    ['a page', 415, '<html></html>', { 'content-type': 'text/html' }],
    ['more than may be sent', 413, `{"resourceSpans":[{"x":"${'y'.repeat(21 * 1024 * 1024)}"}]}`],
  ];

  it.each(bodies)('(%s) is refused with %d and a message, and the next one is taken', async (name, status, body, headers) => {
    const answer = await post(body, headers);
    expect(answer.status).toBe(status);
    const text = Buffer.from(await answer.arrayBuffer()).toString('utf8');
    expect(text.length).toBeGreaterThan(10);
    expect(text, 'no stack of ours').not.toMatch(/\.ts:\d+/);
    expect((await post(requestOf([callOn(`after ${name}`)]))).status).toBe(200);
    await waitUntil('the next one is counted', SOON_MS, () => routeNamed(`after ${name}`));
  });

  it('costs only the span that is wrong', async () => {
    const request = JSON.parse(requestOf([callOn('mixed'), callOn('mixed'), callOn('mixed')]));
    request.resourceSpans[0].scopeSpans[0].spans[1].traceId = 'not hex';
    const answer = await post(JSON.stringify(request));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringMatching(/trace/i) } });
    await waitUntil('the other two are counted', SOON_MS, async () => (await routeNamed('mixed'))?.targets[0]?.calls === 2);
  });
});

describe('names and texts that want to be something else', () => {
  const names = ['__proto__', 'constructor', 'toString', 'a.__proto__.b', '\'; DROP TABLE calls; --', 'x\' OR \'1\'=\'1', '{name:String}', 'a/b?c=d&e#f', '../../etc/passwd', '<img src=x onerror=alert(1)>', 'line\nbreak\ttab', 'quote"back\\slash', '\u0000null', 'ünïcödé 路線 🚃', '%00%2e%2e'];

  it.each(names)('(%j) are a route like any other', async (name) => {
    expect((await post(requestOf([callOn(name), callOn(name)]))).status).toBe(200);
    await waitUntil('it is counted', SOON_MS, async () => (await routeNamed(name))?.targets[0]?.calls === 2);
    const path = encodeURIComponent(name);
    await waitUntil('it is archived', SOON_MS, async () => ((await (await fetch(`${evaluator.api}/v1/calls?route=${path}`)).json()) as { items: { route: string }[] }).items.filter(({ route }) => route === name).length === 2);
    const series = (await (await fetch(`${evaluator.api}/v1/series?route=${path}&signal=length`)).json()) as { items: { count: number | string }[] };
    expect(series.items.reduce((sum, { count }) => sum + Number(count), 0)).toBe(2);
  });

  it('can be pinned, whatever they are called, and the snapshot stays one that clients take', async () => {
    const watcher = new SnapshotWatcher(evaluator.api);
    for (const name of names) {
      const answer = await fetch(`${evaluator.api}/v1/routes/${encodeURIComponent(name)}/pin`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ target: 'openai/gpt-5-mini', forSeconds: 600, reason: name }) });
      expect(answer.status, name).toBe(202);
    }
    await waitUntil('pins are published', SOON_MS, () => watcher.entryOf('ünïcödé 路線 🚃') !== undefined && watcher.entryOf('%00%2e%2e') !== undefined);
    // zod, which the watcher reads with, leaves `__proto__` out of a record.
    for (const name of names.filter((text) => text !== '__proto__')) expect(watcher.entryOf(name)?.targets[0]?.id, name).toBe('openai/gpt-5-mini');
    await watcher.stop();
    expect(watcher.faults).toEqual([]);
  });

  it('may be cut in the middle of a character', async () => {
    const body = requestOf([callOn('cut')]).replace('Your order left', 'Your \\\\ud83d order \\ud83d left \\udc00');
    expect((await post(body)).status).toBe(200);
    await waitUntil('it is archived', SOON_MS, async () => Number((await evaluator.query<{ n: string }>('SELECT count() AS n FROM calls WHERE route = \'cut\''))[0]?.n) === 1);
  });

  it('leave the system as ready as it was', async () => {
    await waitUntil('every role runs', SOON_MS, async () => (await fetch(`${evaluator.api}/readyz`)).status === 200);
    expect(Number((await evaluator.query<{ n: string }>('SELECT count() AS n FROM calls FINAL'))[0]?.n)).toBe(calls - 1);
  });
});
