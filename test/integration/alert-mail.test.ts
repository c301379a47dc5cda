import { incidentOf, messageOf, receiversOf, resolved, T0 } from '@understudy/evaluator/alerts/alert.fixture';
import type { AlertMessage } from '@understudy/evaluator/alerts/alert-state';
import { sendAlert } from '@understudy/evaluator/alerts/send-alert';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, it } from 'vitest';
import { type MailServer, startMailServer } from '../support/mail-server.ts';

const servers: MailServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function mailServer(options?: SMTPServerOptions): Promise<MailServer> {
  const server = await startMailServer(options);
  servers.push(server);
  return server;
}

function send(receiver: object, message: AlertMessage) {
  const [named] = receiversOf({ allow: ['127.0.0.1'], ...receiver });
  if (named === undefined) throw new TypeError('no receiver');
  return sendAlert(named, message, { project: 'default', apiUrl: undefined, nowMs: Date.now() }, { secretOf: () => 'mail-pa55word' });
}

const opened = (route: string) => messageOf('opened', [{ incident: incidentOf(route) }]);
const closed = (route: string) => messageOf('resolved', [{ incident: resolved(incidentOf(route), T0 + 60_000), openedBy: `inc-${route}-opened` }]);
const mail = { email: ['oncall@example.com', 'lead@example.com'], from: 'understudy@example.com' };

it('is one mail to all, and the end answers the beginning', async () => {
  const { smtp, taken } = await mailServer();
  expect([await send({ ...mail, smtp }, opened('a')), await send({ ...mail, smtp }, closed('a'))]).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
  expect(taken).toMatchObject([{ from: 'understudy@example.com', to: ['oncall@example.com', 'lead@example.com'] }, {}]);
  expect(taken[0]?.data).toMatch(/^Subject: \[understudy\] a: refusal of openai\/large rose from 1 % to 60 %\r$/m);
  expect(taken[0]?.data).toMatch(/^Message-ID: <inc-a-opened@example\.com>\r$/m);
  expect(taken[1]?.data).toMatch(/^In-Reply-To: <inc-a-opened@example\.com>\r$/m);
});

it('cannot be given headers by a name', async () => {
  const { smtp, taken } = await mailServer();
  await send({ ...mail, smtp }, messageOf('opened', [{ incident: incidentOf('x\r\nBcc: victim@example.com\r\n\r\nbody') }], 'inc-x-opened'));
  expect(taken[0]?.to).toEqual(mail.email);
  expect(taken[0]?.data).not.toMatch(/^Bcc:/m);
});

it('is not sent with a password over a connection without TLS', async () => {
  const tried: string[] = [];
  const { smtp, taken } = await mailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, onAuth: (auth, _session, callback) => { tried.push(String(auth.password)); callback(null, { user: 'x' }); } });
  expect(await send({ ...mail, smtp, user: 'understudy', password: 'env:MAIL_PASSWORD' }, opened('a'))).toMatchObject({ kind: 'failed' });
  expect([tried, taken]).toEqual([[], []]);
});

it('is tried again when the server is away or has no time, and not when it refuses', async () => {
  const later = await mailServer({ onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error('busy'), { responseCode: 451 })) });
  expect(await send({ ...mail, smtp: later.smtp }, opened('a'))).toMatchObject({ kind: 'failed', isFinal: false, reason: expect.stringContaining('451') });
  const never = await mailServer({ onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error('no such user'), { responseCode: 550 })) });
  expect(await send({ ...mail, smtp: never.smtp }, opened('a'))).toMatchObject({ kind: 'failed', isFinal: true, reason: expect.stringContaining('550') });
  expect(await send({ ...mail, smtp: 'smtp://127.0.0.1:1' }, opened('a'))).toMatchObject({ kind: 'failed', isFinal: false });
});

it('goes to no server on this machine that is not allowed by name', async () => {
  const { smtp, taken } = await mailServer();
  expect(await send({ ...mail, smtp, allow: [] }, opened('a'))).toMatchObject({ kind: 'failed', isFinal: true, reason: expect.stringContaining('allow') });
  expect(taken).toEqual([]);
});
