import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestOf, type TestCall } from '../support/chat-span.ts';
import { type EvaluatorProcess, startEvaluatorProcess } from '../support/evaluator-process.ts';
import { freePorts } from '../support/free-port.ts';
import { waitUntil } from '../support/wait-until.ts';

const SOON_MS = 20_000;
const TARGETS = ['openai/gpt-5', 'openai/gpt-5-mini'];
const directory = mkdtempSync(join(tmpdir(), 'understudy-hostile-'));
let evaluator: EvaluatorProcess;
let calls = 0;

beforeAll(async () => {
  const [port = 0, otlpPort = 0] = await freePorts(2);
  const policyFile = join(directory, 'policy.yaml');
  writeFileSync(policyFile, 'version: 1\nproject: shop\nroutes:\n  answer: { mode: auto }\n');
  evaluator = await startEvaluatorProcess({ dataDirectory: join(directory, 'data'), policyFile, port, otlpPort });
});

afterAll(async () => {
  expect(await evaluator.stop()).toBe('0');
  rmSync(directory, { recursive: true, force: true });
});

function callOn(route: string, more: Partial<TestCall> = {}): TestCall {
  calls += 1;
  return { traceId: calls.toString(16).padStart(32, '0'), spanId: calls.toString(16).padStart(16, '0'), route, target: 'openai/gpt-5', targets: TARGETS, purpose: 'serve', ending: 'good', startedAtMs: Date.now() - 500, durationMs: 400, ...more };
}

async function send(project: string, sent: readonly TestCall[]): Promise<void> {
  const request = JSON.parse(requestOf(sent));
  request.resourceSpans[0].resource.attributes.push({ key: 'understudy.project', value: { stringValue: project } });
  expect((await fetch(`${evaluator.otlp}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) })).status).toBe(200);
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
interface Item {
  readonly project: string;
  readonly target: string;
  readonly span_id: string;
}

const get = async (path: string) => (await (await fetch(`${evaluator.api}${path}`)).json()) as Page<Item>;
const archived = (count: number) => waitUntil('all calls are archived', SOON_MS, async () => Number((await evaluator.query<{ n: string }>('SELECT count() AS n FROM calls FINAL'))[0]?.n) === count);

describe('a sender of another project', () => {
  beforeAll(async () => {
    for (const project of ['a-first', 'default', 'z-last', '__proto__']) await send(project, [callOn('answer', { target: 'evil/one', targets: ['evil/one', 'evil/two'] })]);
    await send('shop', [callOn('answer'), callOn('answer')]);
    await archived(calls);
    await waitUntil('the routes are known', SOON_MS, async () => (await get('/v1/routes')).items.length === 5);
  });

  it('does not stand before the route of that name that is served', async () => {
    expect(await get('/v1/routes/answer')).toMatchObject({ project: 'shop', primary: 'openai/gpt-5' });
  });

  it('has no say in what can be pinned', async () => {
    const pin = (target: string) => fetch(`${evaluator.api}/v1/routes/answer/pin`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ target, forSeconds: 60, reason: 'x' }) });
    expect((await pin('evil/two')).status).toBe(409);
    expect((await pin('openai/gpt-5-mini')).status).toBe(202);
  });

  it('adds nothing to calls, decisions and charts', async () => {
    expect((await get('/v1/calls?route=answer')).items.map(({ project }) => project)).toEqual(['shop', 'shop']);
    const series = (await get('/v1/series?route=answer&signal=error')).items;
    expect(series.map(({ target }) => target)).toEqual(['openai/gpt-5']);
    await waitUntil('the pin is told', SOON_MS, async () => (await get('/v1/decisions')).items.length > 0);
    expect((await get('/v1/decisions')).items.every(({ project }) => project === 'shop')).toBe(true);
  });
});

describe('lists', () => {
  it('leave out no call of a request that is larger than a page', async () => {
    await send('shop', Array.from({ length: 512 }, () => callOn('many')));
    await archived(calls);
    const seen: string[] = [];
    for (let after: string | null = '0'; after !== null;) {
      const page: Page<Item> = await get(`/v1/calls?route=many&after=${after}`);
      seen.push(...page.items.map(({ span_id }) => span_id));
      after = page.next;
    }
    expect(seen).toHaveLength(512);
    expect(new Set(seen).size).toBe(512);
  });

  it('show the busiest targets of a route that names thousands', async () => {
    await send('shop', [...Array.from({ length: 3_000 }, (_, index) => callOn('wide', { target: `x/${index}` })), ...Array.from({ length: 5 }, () => callOn('wide'))]);
    await archived(calls);
    const { items } = await get('/v1/series?route=wide&signal=error');
    expect(items).toHaveLength(20);
    expect(items.map(({ target }) => target)).toContain('openai/gpt-5');
  });

  it.each([
    '/v1/calls?after=junk', '/v1/calls?after=-1', '/v1/calls?after=1e99', '/v1/calls?after=1.a.b.c', '/v1/decisions?after=%27', '/v1/incidents?state=lost',
    '/v1/series?route=answer&signal=error&from=10&to=5', '/v1/series?route=answer&signal=error&to=99999999999999999', '/v1/series?route=answer&signal=sleep(1)', '/v1/series?signal=error',
  ])('(%s) say what is wrong with a question', async (path) => {
    const answer = await fetch(`${evaluator.api}${path}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ status: 400, fix: expect.stringMatching(/./) });
  });
});

describe('a page in a browser', () => {
  const bodies = { 'content-type': 'application/json' };
  it.each([['another origin', { origin: 'https://elsewhere.example' }], ['a sandbox', { origin: 'null' }], ['a name that was bound to this address', { host: 'rebound.example', origin: 'http://rebound.example' }], ['no origin, but a browser', { 'sec-fetch-site': 'same-origin' }]])('(%s) cannot send telemetry', async (_, headers) => {
    for (const base of [evaluator.otlp, evaluator.api]) expect((await fetch(`${base}/v1/traces`, { method: 'POST', headers: { ...bodies, ...headers }, body: '{"resourceSpans":[]}' })).status).toBe(403);
  });

  it('is told from a program, which can', async () => {
    expect((await fetch(`${evaluator.otlp}/v1/traces`, { method: 'POST', headers: bodies, body: '{"resourceSpans":[]}' })).status).toBe(200);
  });
});
