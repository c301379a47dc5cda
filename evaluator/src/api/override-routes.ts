import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { SNAPSHOT_TTL_MS, type OverrideRecord } from '@understudy/contracts/snapshot';
import type { SigningKey } from '../overrides/signing-key.ts';
import type { OverrideFeed } from './follow-overrides.ts';
import { problem } from './problem-response.ts';

/** A stream hears something this often, so that a dead connection shows. */
const HEARTBEAT_MS = 10_000;
const MAX_STREAMS = 2_000;

/** The signed snapshot by ETag and as a stream, and the key to check it with. */
export function overrideRoutes(app: Hono, feed: OverrideFeed, key: SigningKey, now: () => number): void {
  let streams = 0;
  app.get('/.well-known/jwks.json', (context) => context.json({ keys: [key.publicJwk] }));
  app.get('/v1/overrides', (context) => {
    const record = feed.newest();
    if (record === undefined || isStale(record, now())) return problem(context, 503, 'there is no snapshot younger than its lease', 'The leader has not published for a minute: look at /readyz and at the evaluator\'s messages.');
    const etag = `"${record.epoch}.${record.version}"`;
    if (context.req.header('if-none-match') === etag) return context.body(null, 304, { etag });
    return context.body(record.jws, 200, { 'content-type': 'application/jose', etag, 'cache-control': 'no-cache' });
  });
  app.get('/v1/overrides/stream', (context) => {
    // HEAD comes here too; nobody would ever close its stream.
    if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' });
    if (streams >= MAX_STREAMS) return problem(context, 503, 'too many streams', 'Poll GET /v1/overrides with If-None-Match instead.');
    streams += 1;
    return streamSSE(context, async (stream) => {
      let wake: () => void = () => undefined;
      let open = true;
      const unsubscribe = feed.subscribe(() => wake());
      stream.onAbort(() => {
        open = false;
        wake();
      });
      while (open) {
        const changed = new Promise<void>((resolve) => { wake = resolve; });
        const record = feed.newest();
        // The same snapshot again is the heartbeat; an old one is not sent: its lease must run out.
        if (record !== undefined && !isStale(record, now())) {
          await stream.writeSSE({ event: 'snapshot', id: `${record.epoch}.${record.version}`, data: record.jws });
        }
        // Also what came while this one was sent.
        await within(changed, HEARTBEAT_MS);
      }
      unsubscribe();
      streams -= 1;
    });
  });
}

function isStale(record: OverrideRecord, nowMs: number): boolean {
  return nowMs - record.issuedAt > SNAPSHOT_TTL_MS;
}

function within(promise: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void promise.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
