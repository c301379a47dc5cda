import { setTimeout as sleep } from 'node:timers/promises';

export interface OverrideWatch {
  /** When the first snapshot with an entry for the route came, on this process's clock; throws when none comes. */
  published(route: string, withinMs: number): Promise<number>;
  stop(): void;
}

/** Follows the stream of snapshots as an SDK does; signatures are not what is measured. */
export function watchOverrides(api: string): OverrideWatch {
  const seenAt = new Map<string, number>();
  const closed = new AbortController();
  void follow(api, closed.signal, seenAt).catch((error: unknown) => {
    if (!closed.signal.aborted) throw error;
  });
  return {
    async published(route, withinMs) {
      const until = performance.now() + withinMs;
      while (performance.now() < until) {
        const at = seenAt.get(route);
        if (at !== undefined) return at;
        await sleep(1);
      }
      throw new Error(`no override of ${route} came within ${withinMs} ms`);
    },
    stop: () => closed.abort(),
  };
}

async function follow(api: string, signal: AbortSignal, seenAt: Map<string, number>): Promise<void> {
  const response = await fetch(`${api}/v1/overrides/stream`, { signal });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) noteRoutes(event, seenAt);
  }
}

function noteRoutes(event: string, seenAt: Map<string, number>): void {
  const payload = /^data: ?[^.]+\.([^.]+)\./m.exec(event)?.[1];
  if (payload === undefined) return;
  const { routes } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { routes: Record<string, unknown> };
  for (const route of Object.keys(routes)) if (!seenAt.has(route)) seenAt.set(route, performance.now());
}
