import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { incidentSchema } from '@understudy/contracts/incident';
import { type Snapshot, snapshotSchema } from '@understudy/contracts/snapshot';
import { type Observation, routeSchema } from './demo-observation.ts';

const POLL_MS = 250;
const TIMEOUT_MS = 5_000;
const incidentsSchema = z.object({ items: z.array(incidentSchema) });

export interface WatchOptions {
  readonly api: string;
  readonly route: string;
  readonly observe: (observation: Observation) => void;
  readonly signal: AbortSignal;
}

/** Follows one route through the public API until the signal: its state and its incidents by polling, the overrides by their stream. */
export function watchUnderstudy(options: WatchOptions): void {
  let poll = (): void => undefined;
  const loop = async (): Promise<void> => {
    while (!options.signal.aborted) {
      await pollOnce(options).catch(() => undefined);
      const sooner = new Promise<void>((resolve) => { poll = resolve; });
      await Promise.race([sooner, pause(POLL_MS, undefined, { signal: options.signal }).catch(() => undefined)]);
    }
  };
  void loop();
  // An override names its incident: ask for it at once rather than up to a quarter of a second later.
  void followSnapshots(options, () => poll());
}

/** Errors are not the watcher's to judge: what never arrives is missed by the story within its time. */
async function pollOnce({ api, route, observe, signal }: WatchOptions): Promise<void> {
  const get = async (path: string) => fetch(new URL(path, api), { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  const routeAnswer = await get(`/v1/routes/${encodeURIComponent(route)}`);
  if (routeAnswer.ok) observe({ kind: 'route', route: routeSchema.parse(await routeAnswer.json()) });
  const incidents = incidentsSchema.parse(await (await get('/v1/incidents')).json());
  for (const incident of incidents.items.filter((one) => one.route === route)) observe({ kind: 'incident', incident });
}

async function followSnapshots({ api, route, observe, signal }: WatchOptions, changed: () => void): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch(new URL('/v1/overrides/stream', api), { signal, headers: { accept: 'text/event-stream' } });
      for await (const data of eventData(response)) {
        const snapshot = payloadOf(data);
        observe({ kind: 'snapshot', epoch: snapshot.epoch, version: snapshot.version, entry: Object.hasOwn(snapshot.routes, route) ? snapshot.routes[route] : undefined });
        changed();
      }
    } catch {
      // The stream is opened again below, as by every client.
    }
    await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** The `data` of each server-sent event. */
async function* eventData(response: Response): AsyncGenerator<string> {
  if (!response.ok || response.body === null) return;
  let text = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice('data:'.length).trim()).join('\n');
      if (data !== '') yield data;
    }
  }
}

/** The payload of a compact JWS, to look at; checking the signature is the application's part. */
function payloadOf(jws: string): Snapshot {
  return snapshotSchema.parse(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')));
}
