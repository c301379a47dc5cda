import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogClock } from './log-clock.ts';

describe('the clock of the log', () => {
  it('is the wall clock while that runs forward', () => {
    let wallMs = 1_000;
    const clock = new LogClock(() => wallMs, 0);
    expect(clock.nowMs()).toBe(1_000);
    wallMs = 5_000;
    expect(clock.nowMs()).toBe(5_000);
  });

  it('goes on at half speed after the wall clock was set back, until that has caught up', () => {
    let wallMs = 10_000;
    const clock = new LogClock(() => wallMs, 0);
    expect(clock.nowMs()).toBe(10_000);
    wallMs = 4_000;
    expect(clock.nowMs()).toBe(10_000);
    wallMs = 8_000;
    expect(clock.nowMs()).toBe(12_000);
    wallMs = 20_000;
    expect(clock.nowMs()).toBe(20_000);
  });

  it('starts at the newest stamp of the log, and takes over a later one of another process', () => {
    const clock = new LogClock(() => 1_000, 5_000);
    expect(clock.nowMs()).toBe(5_000);
    clock.notBefore(7_000);
    expect(clock.nowMs()).toBe(7_000);
  });

  it('never runs backwards, whatever the wall clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 })), (wallTimesMs) => {
        let wallMs = 0;
        const clock = new LogClock(() => wallMs, 0);
        let beforeMs = clock.nowMs();
        for (wallMs of wallTimesMs) {
          const nowMs = clock.nowMs();
          expect(nowMs).toBeGreaterThanOrEqual(Math.max(beforeMs, wallMs));
          beforeMs = nowMs;
        }
      }),
    );
  });
});
