import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { SigningKey } from '../overrides/signing-key.ts';
import type { OverrideFeed } from './follow-overrides.ts';
import { overrideRoutes } from './override-routes.ts';

const MOST_STREAMS = 2_000;
const feed: OverrideFeed = { newest: () => ({ v: 1, epoch: 0, version: 1, issuedAt: 1_000, jws: 'a.b.c' }), subscribe: () => () => undefined, stop: () => Promise.resolve() };

function newApp(): Hono {
  const app = new Hono();
  overrideRoutes(app, feed, {} as SigningKey, () => 1_000);
  return app;
}

it('answers HEAD on the stream without opening one, however often it is asked', async () => {
  const app = newApp();
  for (let asked = 0; asked <= MOST_STREAMS; asked++) expect((await app.request('/v1/overrides/stream', { method: 'HEAD' })).status).toBe(200);
  const stream = await app.request('/v1/overrides/stream');
  expect(stream.status).toBe(200);
  await stream.body?.cancel();
});

it('has room for another stream when one has ended', async () => {
  const app = newApp();
  const streams: Response[] = [];
  for (let opened = 0; opened < MOST_STREAMS; opened++) streams.push(await app.request('/v1/overrides/stream'));
  expect((await app.request('/v1/overrides/stream')).status).toBe(503);
  await streams[0]?.body?.cancel();
  await expect.poll(async () => (await app.request('/v1/overrides/stream')).status).toBe(200);
  for (const stream of streams.slice(1)) await stream.body?.cancel();
});

it('sends nothing while the newest snapshot is older than its lease, and goes on answering others', async () => {
  const app = new Hono();
  overrideRoutes(app, feed, {} as SigningKey, () => 1_000 + 61_000);
  const stream = await app.request('/v1/overrides/stream');
  const first = stream.body?.getReader().read();
  // Timers only run where no stream takes the whole thread.
  const silence = new Promise((resolve) => { setTimeout(resolve, 50, 'silence'); });
  expect(await Promise.race([first, silence])).toBe('silence');
  expect((await app.request('/v1/overrides')).status).toBe(503);
});
