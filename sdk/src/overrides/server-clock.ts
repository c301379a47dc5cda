import type { Clock } from '../clock.ts';

/**
 * How old a snapshot is by the clock of who sent it: from the `Date` of the answer it came with and the monotonic time since.
 * An application whose own clock is wrong by a day still follows overrides, and a recorded old snapshot is still old.
 */
export function serverClock(dateHeader: string | undefined, clock: Clock): () => number {
  const date = dateHeader === undefined ? Number.NaN : Date.parse(dateHeader);
  if (Number.isNaN(date)) return () => clock.wallMs();
  const offset = date - clock.monotonicMs();
  return () => clock.monotonicMs() + offset;
}
