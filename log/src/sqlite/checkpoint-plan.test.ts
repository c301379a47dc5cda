import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKPOINT_LEAD_MS } from '../event-log.ts';
import { checkpointsToDrop, leadStartMs } from './checkpoint-plan.ts';
import type { Checkpoint } from './checkpoint-store.ts';

const HOUR_MS = 3_600_000;
const EVERY_MS = 10 * 60_000;

/** One checkpoint every 10 minutes, the newest at `nowMs`. */
function everyTenMinutes(count: number, nowMs: number): Checkpoint[] {
  return Array.from({ length: count }, (_, index) => {
    const takenAtMs = nowMs - (count - 1 - index) * EVERY_MS;
    return { checkpointId: index, nextOffset: index, readToMs: takenAtMs, takenAtMs };
  });
}

function kept(all: readonly Checkpoint[], dropped: readonly Checkpoint[]): Checkpoint[] {
  return all.filter((checkpoint) => !dropped.includes(checkpoint));
}

describe('which checkpoints may go', () => {
  it('keeps the newest one that needs nothing from after the cutoff, and none before it', () => {
    const nowMs = 100 * HOUR_MS;
    const cutoffMs = nowMs - 24 * HOUR_MS;
    const all = everyTenMinutes(400, nowMs);
    const oldest = kept(all, checkpointsToDrop(all, cutoffMs, nowMs))[0];
    expect(leadStartMs(oldest ?? { readToMs: Number.NaN })).toBeLessThanOrEqual(cutoffMs);
    expect(oldest?.takenAtMs).toBeGreaterThan(cutoffMs + CHECKPOINT_LEAD_MS - EVERY_MS);
  });

  it('keeps few of a day, the more the younger', () => {
    const nowMs = 100 * HOUR_MS;
    const all = everyTenMinutes(150, nowMs);
    const left = kept(all, checkpointsToDrop(all, nowMs - 24 * HOUR_MS, nowMs));
    expect(left.length).toBeLessThan(50);
    expect(left.filter((checkpoint) => checkpoint.takenAtMs >= nowMs - HOUR_MS)).toHaveLength(7);
  });

  it('keeps everything while it is needed from the first', () => {
    const all = everyTenMinutes(3, 100 * HOUR_MS);
    expect(checkpointsToDrop(all, 0, 100 * HOUR_MS)).toEqual([]);
  });

  it('always keeps the newest, and is never further apart than the interval or an eighth of the age', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 300 }), (count, turns) => {
        let nowMs = 1_000 * HOUR_MS;
        let left = everyTenMinutes(count, nowMs);
        for (let turn = 0; turn < Math.min(turns, 40); turn++) {
          left = kept(left, checkpointsToDrop(left, nowMs - 24 * HOUR_MS, nowMs));
          nowMs += EVERY_MS;
          left.push({ checkpointId: count + turn, nextOffset: count + turn, readToMs: nowMs, takenAtMs: nowMs });
        }
        const times = left.map((checkpoint) => checkpoint.takenAtMs);
        expect(times.at(-1)).toBe(nowMs);
        for (const [index, timeMs] of times.slice(1).entries()) {
          const gapMs = timeMs - (times[index] ?? 0);
          expect(gapMs).toBeLessThanOrEqual(Math.max(EVERY_MS, (nowMs - timeMs) / 8));
        }
      }),
    );
  });
});
