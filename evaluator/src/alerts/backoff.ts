/** 1 s, doubled to a minute. */
const FIRST_MS = 1_000;
const CAP_MS = 60_000;
const JITTER = 0.2;

/** Time until the next attempt, ± 20 %. `random`: 0 to 1. */
export function backoffMs(failures: number, random: number): number {
  const base = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(Math.max(0, failures - 1), 20));
  return Math.round(base * (1 - JITTER + 2 * JITTER * random));
}
