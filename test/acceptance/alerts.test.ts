import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RecordedRequest, type RecordingServer, recordingServer } from '@understudy/evaluator/alerts/recording-server.fixture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SeededRandom } from 'understudy/src/demo/seeded-random.ts';
import { endingOf, FALLBACK, POLICY, PRIMARY, ROUTES, SICK_ROUTE } from '../faults/sick-traffic.ts';
import { freePorts } from '../support/free-port.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { NumberedSender } from '../support/numbered-sender.ts';
import { runUnderstudy } from '../support/run-understudy.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { SnapshotWatcher } from '../support/snapshot-watcher.ts';
import { waitUntil } from '../support/wait-until.ts';

const SECRETS = { HOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', PD_KEY: '0123456789abcdef0123456789abcdef', SLACK_URL: '' };
const directory = mkdtempSync(join(tmpdir(), 'understudy-alerts-'));
const policyFile = join(directory, 'policy.yaml');
let servers: Record<'webhook' | 'slack' | 'pagerduty' | 'alertmanager' | 'away', RecordingServer>;
let mail: MailServer;
let dev: ServerProcess;
let sender: NumberedSender;
let watcher: SnapshotWatcher;
let ports: number[];
let isSick = false;
/** The receiver `away` does not take anything before. */
let isAway = true;

beforeAll(async () => {
  const accepting = (status: number) => recordingServer(() => ({ status }));
  servers = { webhook: await accepting(204), slack: await accepting(200), pagerduty: await accepting(202), alertmanager: await accepting(200), away: await recordingServer(() => ({ status: isAway ? 503 : 200 })) };
  mail = await startMailServer();
  const here = { allow: ['127.0.0.1'] };
  const alerts = [
    { name: 'webhook', webhook: `${servers.webhook.url}/hook`, secret: 'env:HOOK_SECRET', ...here }, { name: 'slack', slack: 'env:SLACK_URL', ...here }, { name: 'pagerduty', pagerduty: 'env:PD_KEY', url: `${servers.pagerduty.url}/v2/enqueue`, ...here },
    { name: 'alertmanager', alertmanager: servers.alertmanager.url, ...here }, { name: 'mail', email: ['oncall@example.com'], from: 'understudy@example.com', smtp: mail.smtp, ...here },
    { name: 'away', webhook: `${servers.away.url}/hook`, secret: 'env:HOOK_SECRET', ...here }, { name: 'forbidden', webhook: `${servers.webhook.url}/forbidden`, secret: 'env:HOOK_SECRET' },
  ];
  writeFileSync(policyFile, JSON.stringify({ ...JSON.parse(POLICY), alerts }));
  ports = await freePorts(2);
  await start();
  watcher = new SnapshotWatcher(api());
  sender = new NumberedSender({ urls: [`http://127.0.0.1:${ports[1]}`], seed: 11, routes: ROUTES, targets: [PRIMARY, FALLBACK], everyMs: 50, callsABatch: 12, choose, endingOf: (route, target, random) => endingOf(isSick, route, target, random) });
  await waitUntil('all routes have learned', 60_000, async () => {
    const { items } = await get<{ items: { state: string; targets: { proved: boolean; hasBaseline: boolean }[] }[] }>('/v1/routes');
    return items.length === ROUTES.length && items.every(({ state, targets }) => state === 'healthy' && targets.length === 2 && targets.every(({ proved, hasBaseline }) => proved && hasBaseline));
  });
}, 90_000);

afterAll(async () => {
  await sender?.stop().catch(() => undefined);
  await watcher?.stop();
  dev?.kill('SIGKILL');
  await dev?.ended;
  await Promise.all([...Object.values(servers ?? {}), mail].map((server) => server?.stop()));
  rmSync(directory, { recursive: true, force: true });
});

const api = () => `http://127.0.0.1:${ports[0]}`;

async function start(): Promise<void> {
  dev = startServerProcess({ name: 'dev', args: ['dev', '--data', join(directory, 'data'), '--policy', policyFile, '--port', String(ports[0]), '--otlp-port', String(ports[1])], environment: { ...process.env, ...SECRETS, SLACK_URL: `${servers.slack.url}/services/T0/B0/SECRETPATH` } });
  await dev.ready;
}

async function get<Body>(path: string): Promise<Body> {
  return (await (await fetch(new URL(path, api()))).json()) as Body;
}

/** As an application does: by the shares of the override, else its own order. */
function choose(route: string, random: SeededRandom): { target: string; purpose: 'serve' | 'probe' | 'standby' } {
  let drawn = 100 * random.next();
  for (const share of watcher.entryOf(route)?.targets ?? []) {
    drawn -= share.percent;
    if (drawn < 0) return { target: share.id, purpose: share.purpose };
  }
  return { target: PRIMARY, purpose: 'serve' };
}

/** Messages by receiver. Alertmanager is told again every minute: that is no more than one. */
async function delivered(): Promise<number[]> {
  const { items } = await get<{ items: { receiver: string; delivered: number }[] }>('/v1/alerts');
  return items.map(({ receiver, delivered: count }) => (receiver === 'alertmanager' ? stories.alertmanager?.().length ?? 0 : count));
}

const json = ({ body }: RecordedRequest): Record<string, unknown> => JSON.parse(body);
/** What each receiver was told of the incident, one word a message. */
const stories: Readonly<Record<string, () => string[]>> = {
  webhook: () => servers.webhook.requests.map((request) => String(json(request).type).split('.')[2] ?? ''),
  away: () => (isAway ? [] : [...new Set(servers.away.requests.map(({ headers }) => String(headers['webhook-id'])))].map((id) => id.split('-').at(-1) ?? '')),
  slack: () => servers.slack.requests.map((request) => (String(json(request).text).startsWith('Resolved: ') ? 'resolved' : 'opened')),
  pagerduty: () => servers.pagerduty.requests.map((request) => (json(request).event_action === 'resolve' ? 'resolved' : 'opened')),
  alertmanager: () => [...new Set(servers.alertmanager.requests.flatMap(({ body }) => (JSON.parse(body) as { endsAt?: string }[]).map(({ endsAt }) => (endsAt === undefined ? 'opened' : 'resolved'))))],
  mail: () => mail.taken.map(({ data }) => (/^Subject: \[understudy\] Resolved: /m.test(data) ? 'resolved' : 'opened')),
};

it('through a degradation, an override and a recovery, and a kill in between, every receiver is told once of the beginning and once of the end', async () => {
  isSick = true;
  await waitUntil('the override', 60_000, () => watcher.entryOf(SICK_ROUTE)?.targets.some(({ id, percent }) => id === FALLBACK && percent > 50));
  await waitUntil('everybody is told', 20_000, () => Object.entries(stories).every(([name, story]) => name === 'away' || story().length === 1));
  // A kill between a delivery and its being noted repeats it, under the same id: Slack alone knows no ids.
  await waitUntil('it is noted', 10_000, async () => (await delivered()).filter((count) => count === 1).length === 5);
  dev.kill('SIGKILL');
  await dev.ended;
  await start();
  isSick = false;
  const incidentId = (await get<{ items: { incidentId: string }[] }>('/v1/incidents')).items[0]?.incidentId;
  await waitUntil('the end', 90_000, async () => (await get<{ items: { state: string }[] }>('/v1/incidents')).items[0]?.state === 'resolved');
  await waitUntil('everybody is told of it', 20_000, () => Object.entries(stories).every(([name, story]) => name === 'away' || story().includes('resolved')));
  // It has heard of neither the beginning nor the end yet.
  isAway = false;
  await waitUntil('it is noted', 90_000, async () => (await delivered()).filter((count) => count === 2).length === 6);
  const told = () => Object.fromEntries(Object.entries(stories).map(([name, story]) => [name, story()]));
  const both = ['opened', 'resolved'];
  expect(told()).toEqual({ webhook: both, away: both, slack: both, pagerduty: both, alertmanager: both, mail: both });
  expect(json(servers.webhook.requests[0] as RecordedRequest)).toMatchObject({ subject: `default/${SICK_ROUTE}/${PRIMARY}`, data: { incidentId, signal: 'refusal' } });
  expect(servers.webhook.requests.every(({ path }) => path === '/hook')).toBe(true);
}, 300_000);

describe('afterwards', () => {
  it('GET /v1/alerts says what was delivered and what was given up, and no secret', async () => {
    const text = await (await fetch(new URL('/v1/alerts', api()))).text();
    const { items } = JSON.parse(text) as { items: { receiver: string; delivered: number; deadLetterCount: number; deadLetters: { reason: string }[] }[] };
    expect(items.find(({ receiver }) => receiver === 'away')).toMatchObject({ delivered: 2, deadLetterCount: 0 });
    expect(items.find(({ receiver }) => receiver === 'forbidden')).toMatchObject({ delivered: 0, deadLetterCount: 1, deadLetters: [{ reason: expect.stringContaining('allow: [127.0.0.1]') }] });
    for (const secret of [SECRETS.HOOK_SECRET, SECRETS.PD_KEY, 'SECRETPATH']) expect(`${text}${dev.said.join('\n')}`).not.toContain(secret);
  });

  it('`understudy alert test` says which receiver took it and why the others did not, with exit code 1', async () => {
    const all = await runUnderstudy(['alert', 'test', '--url', api()]);
    expect(all.code).toBe(1);
    expect(all.stdout.split('\n').filter((line) => line.startsWith('✓'))).toHaveLength(6);
    expect(all.stdout).toMatch(/^✗ forbidden \(webhook\): .*name it in the receiver's allow/m);
    const one = await runUnderstudy(['alert', 'test', '--receiver', 'mail', '--url', api(), '--json']);
    expect([one.code, JSON.parse(one.stdout)]).toEqual([0, { items: [{ receiver: 'mail', kind: 'email', ok: true }], next: null }]);
    expect((await runUnderstudy(['alert', 'test', '--receiver', 'nobody', '--url', api()])).code).toBe(5);
  });

  it('a silence is shown until it is ended', async () => {
    expect((await runUnderstudy(['alert', 'silence', SICK_ROUTE, '--for', '2h', '--reason', 'known', '--url', api()])).code).toBe(0);
    await waitUntil('it is shown', 10_000, async () => (await runUnderstudy(['alert', 'list', '--url', api()])).stdout.includes(`${SICK_ROUTE} is silenced until`));
    expect((await runUnderstudy(['alert', 'unsilence', SICK_ROUTE, '--url', api()])).code).toBe(0);
    await waitUntil('it is gone', 10_000, async () => (await get<{ silences: unknown[] }>('/v1/alerts')).silences.length === 0);
    expect((await runUnderstudy(['alert', 'unsilence', '--url', api()])).code).toBe(5);
    expect((await runUnderstudy(['alert', 'silence', 'no.such.route', '--for', '2h', '--reason', 'typo', '--url', api()])).code).toBe(5);
  });
});
