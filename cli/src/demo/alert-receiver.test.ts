import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AlertReceiver, RECEIVER_NAME, startAlertReceiver } from './alert-receiver.ts';
import type { AlertNews } from './demo-observation.ts';

let receiver: AlertReceiver;
let news: AlertNews[];
beforeEach(async () => {
  news = [];
  receiver = await startAlertReceiver((one) => news.push(one));
});
afterEach(() => receiver.close());

const event = (type: string, incidentId = 'inc-1') => ({ specversion: '1.0', id: `${incidentId}-x`, source: '/understudy/default', type, data: { incidentId } });

/** As https://www.standardwebhooks.com says it. */
async function send(body: unknown, { secret = receiver.secret, nowMs = Date.now(), sent = JSON.stringify(body) } = {}): Promise<number> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(`msg-1.${timestamp}.${JSON.stringify(body)}`).digest('base64');
  const headers = { 'webhook-id': 'msg-1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,AAAA v1,${signature}` };
  return (await fetch(receiver.url, { method: 'POST', body: sent, headers })).status;
}

describe('the receiver of the demo', () => {
  it('tells what a signed message is about', async () => {
    expect(await send(event('understudy.incident.opened.v1'))).toBe(204);
    expect(await send([event('understudy.incident.updated.v1'), event('understudy.incident.resolved.v1', 'inc-2')])).toBe(204);
    expect(news).toEqual([
      { kind: 'alert', incidentId: 'inc-1', receiver: RECEIVER_NAME, change: 'opened' },
      { kind: 'alert', incidentId: 'inc-1', receiver: RECEIVER_NAME, change: 'updated' },
      { kind: 'alert', incidentId: 'inc-2', receiver: RECEIVER_NAME, change: 'resolved' },
    ]);
  });

  it('believes neither another secret, nor a changed body, nor an old message, nor none of it', async () => {
    const opened = event('understudy.incident.opened.v1');
    expect(await send(opened, { secret: `whsec_${Buffer.alloc(32).toString('base64')}` })).toBe(401);
    expect(await send(opened, { sent: JSON.stringify(event('understudy.incident.opened.v1', 'inc-9')) })).toBe(401);
    expect(await send(opened, { nowMs: Date.now() - 301_000 })).toBe(401);
    expect((await fetch(receiver.url, { method: 'POST', body: JSON.stringify(opened) })).status).toBe(401);
    expect(news).toEqual([]);
  });

  it('takes no other things for news', async () => {
    expect(await send({ hello: 'world' })).toBe(400);
    expect(await send(event('understudy.alert.test.v1'))).toBe(204);
    expect(news).toEqual([]);
  });
});
