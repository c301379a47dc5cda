import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestOf } from '../support/chat-span.ts';
import { type EvaluatorProcess, startEvaluatorProcess } from '../support/evaluator-process.ts';
import { freePorts } from '../support/free-port.ts';
import { runUnderstudy } from '../support/run-understudy.ts';
import { waitUntil } from '../support/wait-until.ts';

const SOON_MS = 20_000;
const directory = mkdtempSync(join(tmpdir(), 'understudy-poison-'));
const dataDirectory = join(directory, 'data');
let evaluator: EvaluatorProcess;
let calls = 0;

async function sendCall(): Promise<void> {
  calls += 1;
  const body = requestOf([{ traceId: String(calls).padStart(32, '0'), spanId: String(calls).padStart(16, '0'), route: 'answer', target: 'a/1', targets: ['a/1', 'b/2'], purpose: 'serve', ending: 'good', startedAtMs: Date.now(), durationMs: 100 }]);
  expect((await fetch(`${evaluator.otlp}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status).toBe(200);
}

async function answerCalls(): Promise<number | undefined> {
  const route = (await (await fetch(`${evaluator.api}/v1/routes/answer`)).json()) as { targets?: { calls: number }[] };
  return route.targets?.[0]?.calls;
}

async function versionOf(): Promise<number> {
  const jws = await (await fetch(`${evaluator.api}/v1/overrides`)).text();
  return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).version;
}

beforeAll(async () => {
  const [port = 0, otlpPort = 0] = await freePorts(2);
  evaluator = await startEvaluatorProcess({ dataDirectory, policyFile: undefined, port, otlpPort });
  await sendCall();
  await waitUntil('the call is counted', SOON_MS, async () => (await answerCalls()) === 1);
});

afterAll(async () => {
  expect(await evaluator.stop()).toBe('0');
  rmSync(directory, { recursive: true, force: true });
});

const scores = (atMs: number) => JSON.stringify({ kind: 'scores', v: 1, project: 'default', route: 'r', atMs, targets: [], scores: [] });
const POISON = [
  'nothing', '', '\n\n', 'null', '[]', '{}', '{"kind":"scores"}', Buffer.from([0xff, 0xfe, 0]), scores(1e300), scores(Date.now() + 1e12), scores(-1e300), '{"kind":"tick","v":1,"epoch":-5,"atMs":9e15}',
  '{"kind":"claim","v":1,"instanceId":"somebody","atMs":1}', '{"v":1,"epoch":-1,"version":-1,"issuedAt":1,"jws":""}', '{"kind":"thresholds","v":1,"epoch":0,"atMs":1,"project":"default","route":"answer","streams":[{"target":"a/1","signal":"error","threshold":-1}]}',
];

it('records that no role would write stop no role, and move no time', async () => {
  const log = openSqliteLog({ directory: dataDirectory });
  for (const { name, partitions } of Object.values(TOPICS)) {
    for (let partition = 0; partition < partitions; partition++) await log.append(POISON.map((value) => ({ topic: name, partition, value: Buffer.from(value) })));
  }
  await log.close();
  await sendCall();
  await waitUntil('the next call is counted, with the one before', SOON_MS, async () => (await answerCalls()) === 2);
  await waitUntil('it is archived', SOON_MS, async () => Number((await evaluator.query<{ n: string }>('SELECT count() AS n FROM calls FINAL WHERE route = \'answer\''))[0]?.n) === 2);
  const version = await versionOf();
  await waitUntil('snapshots go on', SOON_MS, async () => (await versionOf()) > version);
  await waitUntil('every role runs', SOON_MS, async () => (await fetch(`${evaluator.api}/readyz`)).status === 200);
  const list = (await (await fetch(`${evaluator.api}/v1/routes/r`)).json()) as { lastCallAtMs: number };
  expect(list.lastCallAtMs).toBeLessThan(Date.now() + 60_000);
}, 90_000);

it('verify tells what is no decision, and compares the rest', async () => {
  const { stdout, stderr, code } = await runUnderstudy(['verify', '--json', '--data', dataDirectory]);
  expect(stderr).not.toMatch(/\.ts:\d+/);
  expect(JSON.parse(stdout)).toMatchObject({ different: expect.any(Number) });
  expect(code).toBe(1);
  expect(stderr + stdout).toContain('holds a line that is no decision');
});
