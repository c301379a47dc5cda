/** 1 s, doubled to a minute. */
const FIRST_MS = 1_000;
const CAP_MS = 60_000;
const JITTER = 0.2;

/** No wait is longer; what lies further ahead was noted while the clock was wrong. */
export const MOST_WAIT_MS = 10 * 60_000;

/** Whether the time has come. A clock that was put back must not make anybody wait for it. */
export function isDue(atMs: number, nowMs: number): boolean {
  return nowMs >= atMs || atMs - nowMs > 2 * MOST_WAIT_MS;
}

/** Whether so much time has passed since then; also when that was in the future. */
export function hasPassed(sinceMs: number, ms: number, nowMs: number): boolean {
  return nowMs - sinceMs >= ms || nowMs < sinceMs;
}

/** Time until the next attempt, ± 20 %. `random`: 0 to 1. */
export function backoffMs(failures: number, random: number): number {
  const base = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(Math.max(0, failures - 1), 20));
  return Math.round(base * (1 - JITTER + 2 * JITTER * random));
}
