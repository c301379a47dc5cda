import { Webhook } from 'standardwebhooks';
import { UnderstudyError } from '@understudy/contracts/problem';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { incidentOf, messageOf, receiversOf, resolved, T0 } from './alert.fixture.ts';
import type { AlertMessage } from './alert-state.ts';
import { type RecordedRequest, type RecordingServer, recordingServer } from './recording-server.fixture.ts';
import { sendAlert } from './send-alert.ts';
import { sendTestAlert } from './test-alert.ts';

const SECRETS: Readonly<Record<string, string>> = { 'env:HOOK_SECRET': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'env:PLAIN': 'a plain secret of some length', 'env:PD_KEY': 'R0UTINGKEY'.padEnd(32, '0') };
const context = { project: 'default', apiUrl: 'http://understudy.example.com:4319', nowMs: Date.now() };

const servers: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function started(answer?: Parameters<typeof recordingServer>[0]): Promise<RecordingServer> {
  const server = await recordingServer(answer);
  servers.push(server);
  return server;
}

function secretOf(reference: string): string {
  const secret = SECRETS[reference];
  if (secret === undefined) throw new UnderstudyError({ code: 'SECRET_MISSING', message: `${reference} is not set`, fix: 'Set it.' });
  return secret;
}

function send(receiver: object, message: AlertMessage) {
  const [named] = receiversOf({ allow: ['127.0.0.1'], ...receiver });
  if (named === undefined) throw new TypeError('no receiver');
  return sendAlert(named, message, context, { secretOf });
}

const opened = (...routes: string[]) => messageOf('opened', routes.map((route) => ({ incident: incidentOf(route) })));
const closed = (route: string) => messageOf('resolved', [{ incident: resolved(incidentOf(route), T0 + 60_000), openedBy: `inc-${route}-opened` }]);
const json = (request: RecordedRequest | undefined): unknown => JSON.parse(request?.body ?? 'null');
const header = (request: RecordedRequest | undefined) => Object.fromEntries(Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]));

const cloudEventSchema = z.strictObject({
  specversion: z.literal('1.0'), id: z.string().min(1), source: z.string().min(1), type: z.string().regex(/^understudy\.incident\.(opened|updated|resolved)\.v1$/), subject: z.string(), time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'), data: z.looseObject({ incidentId: z.string(), route: z.string(), state: z.enum(['open', 'resolved']) }),
});

describe('a webhook', () => {
  it.each(['env:HOOK_SECRET', 'env:PLAIN'])('is a CloudEvent, signed by Standard Webhooks with %s', async (secret) => {
    const server = await started();
    expect(await send({ webhook: `${server.url}/hook`, secret }, opened('support.answer'))).toEqual({ kind: 'delivered' });
    const [request] = server.requests;
    const webhook = secret === 'env:PLAIN' ? new Webhook(secretOf(secret), { format: 'raw' }) : new Webhook(secretOf(secret));
    const event = cloudEventSchema.parse(webhook.verify(request?.body ?? '', header(request)));
    expect(event).toMatchObject({ id: 'inc-support.answer-opened', source: '/understudy/default', type: 'understudy.incident.opened.v1', subject: 'default/support.answer/openai/large', data: { signal: 'refusal', baseline: 0.01, observed: 0.6, url: 'http://understudy.example.com:4319/v1/incidents/inc-support.answer' } });
    expect(header(request)).toMatchObject({ 'content-type': 'application/cloudevents+json; charset=utf-8', 'webhook-id': 'inc-support.answer-opened' });
    expect(() => webhook.verify(`${request?.body} `, header(request))).toThrow();
  });

  it('about several incidents is a batch', async () => {
    const server = await started();
    await send({ webhook: `${server.url}/hook`, secret: 'env:PLAIN' }, opened('a', 'b'));
    expect(header(server.requests[0])['content-type']).toContain('cloudevents-batch+json');
    expect(z.array(cloudEventSchema).parse(json(server.requests[0])).map(({ id }) => id)).toEqual(['inc-a-opened', 'inc-b-opened']);
  });

  it('that is sent again has the same ids', async () => {
    const server = await started();
    const message = closed('a');
    await send({ webhook: `${server.url}/hook`, secret: 'env:PLAIN' }, message);
    await send({ webhook: `${server.url}/hook`, secret: 'env:PLAIN' }, { ...message, attempts: 1 });
    expect(new Set(server.requests.map((request) => header(request)['webhook-id']))).toEqual(new Set(['inc-a-resolved']));
    expect(cloudEventSchema.parse(json(server.requests[1])).type).toBe('understudy.incident.resolved.v1');
  });
});

it('sends Slack a text in which nothing of the data is a link, a mention or a format', async () => {
  const server = await started();
  const incident = incidentOf('<!channel> & <https://evil.example.com|click>', { target: '*bold*/<@U123>' });
  expect(await send({ slack: `${server.url}/services/T0/B0/x` }, messageOf('opened', [{ incident }]))).toEqual({ kind: 'delivered' });
  const body = z.strictObject({ text: z.string().max(40_000), mrkdwn: z.literal(false), parse: z.literal('none'), link_names: z.literal(false), unfurl_links: z.literal(false), unfurl_media: z.literal(false) }).parse(json(server.requests[0]));
  expect(body.text).not.toMatch(/[<>]/);
  expect(body.text.split('\n')[0]).toBe('&lt;!channel&gt; &amp; &lt;https://evil.example.com|click&gt;: refusal of *bold*/&lt;@U123&gt; rose from 1 % to 60 %');
});

const pagerDutySchema = z.strictObject({
  routing_key: z.string().length(32), event_action: z.enum(['trigger', 'acknowledge', 'resolve']), dedup_key: z.string().min(1).max(255), client: z.string(), client_url: z.url(), links: z.array(z.strictObject({ href: z.url(), text: z.string() })),
  payload: z.strictObject({
    summary: z.string().min(1).max(1024), source: z.string().min(1), severity: z.enum(['critical', 'error', 'warning', 'info']), timestamp: z.iso.datetime(), component: z.string(), group: z.string(), class: z.string(), custom_details: z.record(z.string(), z.unknown()),
  }),
});

describe('PagerDuty', () => {
  const pagerDuty = () => started((request) => (pagerDutySchema.safeParse(json(request)).success ? { status: 202, body: '{"status":"success"}' } : { status: 400 }));

  it('is told by a trigger and a resolve with the same key', async () => {
    const server = await pagerDuty();
    const receiver = { pagerduty: 'env:PD_KEY', url: `${server.url}/v2/enqueue` };
    expect([await send(receiver, opened('a')), await send(receiver, closed('a'))]).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
    expect(server.requests.map((request) => pagerDutySchema.parse(json(request)))).toMatchObject([
      { event_action: 'trigger', dedup_key: 'understudy/default/inc-a', payload: { severity: 'critical', group: 'inc-a' } }, { event_action: 'resolve', dedup_key: 'understudy/default/inc-a' },
    ]);
  });

  it('takes the longest names, and a warning for what only alerts', async () => {
    const server = await pagerDuty();
    const incident = incidentOf('r'.repeat(200), { incidentId: `inc-${'i'.repeat(300)}`, target: 't'.repeat(1_500), action: 'alert' });
    expect(await send({ pagerduty: 'env:PD_KEY', url: server.url }, messageOf('opened', [{ incident }]))).toEqual({ kind: 'delivered' });
    expect(json(server.requests[0])).toMatchObject({ payload: { severity: 'warning' } });
  });
});

describe('Alertmanager', () => {
  const alertsSchema = z.array(z.strictObject({
    labels: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().min(1)).refine((labels) => labels.alertname !== undefined), annotations: z.record(z.string(), z.string()), startsAt: z.iso.datetime(), endsAt: z.iso.datetime().optional(), generatorURL: z.url(),
  })).min(1);
  const alertmanager = () => started((request) => ({ status: request.path === '/am/api/v2/alerts' && alertsSchema.safeParse(json(request)).success ? 200 : 400 }));

  it('is told of the beginning and the end under the same labels', async () => {
    const server = await alertmanager();
    const receiver = { alertmanager: `${server.url}/am/` };
    expect([await send(receiver, opened('a', 'b')), await send(receiver, closed('a'))]).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
    const [begin, end] = server.requests.map((request) => alertsSchema.parse(json(request)));
    expect(begin).toHaveLength(2);
    expect(begin?.[0]).toMatchObject({ labels: { alertname: 'UnderstudyIncident', route: 'a', target: 'openai/large', provider: 'openai', signal: 'refusal', severity: 'critical', project: 'default' }, startsAt: new Date(T0).toISOString() });
    expect(begin?.[0]?.endsAt).toBeUndefined();
    expect(end?.[0]).toMatchObject({ labels: begin?.[0]?.labels, endsAt: new Date(T0 + 60_000).toISOString() });
  });

  it('is told of the end of the alert before, when an incident was raised', async () => {
    const server = await alertmanager();
    await send({ alertmanager: `${server.url}/am` }, messageOf('updated', [{ incident: incidentOf('a'), before: { action: 'alert', signal: 'cost_per_call', target: 'openai/large' } }]));
    const [before, now] = alertsSchema.parse(json(server.requests[0]));
    expect([before?.labels.severity, before?.endsAt === undefined, now?.labels.severity, now?.endsAt]).toEqual(['warning', false, 'critical', undefined]);
  });
});

describe('an answer', () => {
  it.each([[401, 'check the receiver\'s key or secret'], [404, 'check the receiver\'s address']])('says of %i where to look', async (status, hint) => {
    const server = await started(() => ({ status }));
    expect(await send({ slack: server.url }, opened('r'))).toMatchObject({ reason: `it answered ${status}: ${hint}` });
  });

  it.each([[400, true], [401, true], [403, true], [404, true], [410, true], [301, true], [429, false], [500, false], [503, false]])('%i is final: %s', async (status, isFinal) => {
    const server = await started(() => ({ status, headers: { 'retry-after': '7', location: 'http://127.0.0.1:1/' } }));
    expect(await send({ slack: `${server.url}/x` }, opened('a'))).toMatchObject({ kind: 'failed', isFinal, reason: expect.stringContaining(String(status)), ...(status === 429 ? { retryAfterMs: 7_000 } : {}) });
  });
});

it('says which secret is missing, and never what a secret is', async () => {
  const outcomes = [
    await send({ slack: 'env:NOT_SET' }, opened('a')), await send({ webhook: 'env:PLAIN', secret: 'env:HOOK_SECRET' }, opened('a')), await send({ webhook: 'http://127.0.0.1:1/token', secret: 'env:PD_KEY' }, opened('a')),
    await send({ pagerduty: 'env:PD_KEY', url: 'http://127.0.0.1:1/' }, opened('a')),
  ];
  expect(outcomes.every(({ kind }) => kind === 'failed')).toBe(true);
  const text = JSON.stringify(outcomes);
  expect(text).toContain('env:NOT_SET is not set');
  for (const secret of [...Object.values(SECRETS), '/token']) expect(text).not.toContain(secret);
});

it('sends a test that leaves nothing open', async () => {
  const server = await started(() => ({ status: 202 }));
  const [named] = receiversOf({ pagerduty: 'env:PD_KEY', url: server.url, allow: ['127.0.0.1'] });
  if (named === undefined) throw new TypeError('no receiver');
  expect(await sendTestAlert(named, 'test-1', context, { secretOf })).toEqual({ receiver: 'pagerduty-1', kind: 'pagerduty', ok: true });
  expect(server.requests.map(json)).toMatchObject([{ event_action: 'trigger', dedup_key: 'understudy/default/test-1' }, { event_action: 'resolve', dedup_key: 'understudy/default/test-1' }]);
});
