const FIRST_MS = 1_000;
const MAX_MS = 30_000;

/** Full jitter, 1 s doubling to 30 s, for ever; a server that asks for a wait gets at least that, up to the same limit. */
export function reconnectDelayMs(failures: number, random: number, retryAfterMs = 0): number {
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.max(random * ceiling, Math.min(retryAfterMs, MAX_MS));
}
