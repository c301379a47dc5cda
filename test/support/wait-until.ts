import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until the answer is there; errors on the way count as "not yet". Throws with the last trouble when the time is over. */
export async function waitUntil<Value>(what: string, withinMs: number, ask: () => Promise<Value | undefined | false> | Value | undefined | false, everyMs = 100): Promise<Value> {
  const endsAtMs = performance.now() + withinMs;
  let trouble = '';
  while (performance.now() < endsAtMs) {
    try {
      const value = await ask();
      if (value !== undefined && value !== false) return value;
      trouble = '';
    } catch (error) {
      trouble = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    await pause(everyMs);
  }
  throw new Error(`not within ${withinMs} ms: ${what}${trouble}`);
}
