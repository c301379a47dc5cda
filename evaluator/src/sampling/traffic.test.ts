import { describe, expect, it } from 'vitest';
import { JudgedTraffic } from './traffic.ts';

const NOW_MS = 1_763_000_000_000;
const HOUR_MS = 3_600_000;

describe('what is remembered of a target\'s calls', () => {
  it('follows the share of flagged calls, and a change of it', () => {
    const traffic = new JudgedTraffic();
    for (let round = 0; round < 100; round++) traffic.note('a', NOW_MS + round, { calls: 100, flagged: 10, draws: 10 });
    expect(traffic.view('a', NOW_MS).flaggedShare).toBeCloseTo(0.1, 3);
    for (let round = 0; round < 20; round++) traffic.note('a', NOW_MS + round, { calls: 100, flagged: 60, draws: 10 });
    expect(traffic.view('a', NOW_MS).flaggedShare).toBeGreaterThan(0.55);
  });

  it('assumes a small share before the first calls, which weigh little', () => {
    const traffic = new JudgedTraffic();
    expect(traffic.view('a', NOW_MS)).toEqual({ flaggedShare: 0.05, calls: 0, draws: 0, observedMs: 0 });
    traffic.note('a', NOW_MS, { calls: 1, flagged: 1, draws: 1 });
    expect(traffic.view('a', NOW_MS).flaggedShare).toBeLessThan(0.1);
  });

  it('counts calls and draws of the last hour', () => {
    const traffic = new JudgedTraffic();
    for (let minute = 0; minute < 180; minute++) traffic.note('a', NOW_MS + minute * 60_000, { calls: 2, flagged: 0, draws: 1 });
    const { calls, draws, observedMs } = traffic.view('a', NOW_MS + 180 * 60_000);
    expect(observedMs).toBe(HOUR_MS);
    // In bins of five minutes.
    expect(draws).toBeGreaterThanOrEqual(55);
    expect(draws).toBeLessThanOrEqual(60);
    expect(calls).toBe(2 * draws);
    expect(traffic.view('a', NOW_MS + 5 * HOUR_MS)).toMatchObject({ calls: 0, draws: 0 });
  });

  it('keeps targets apart, and forgets the one that was not called for longest', () => {
    const traffic = new JudgedTraffic();
    for (let target = 0; target < 10_050; target++) {
      traffic.note('kept', NOW_MS, { calls: 1, flagged: 0, draws: 0 });
      traffic.note(String(target), NOW_MS, { calls: 1, flagged: 0, draws: 0 });
    }
    expect(traffic.view('kept', NOW_MS).calls).toBe(10_050);
    expect(traffic.view('10049', NOW_MS).calls).toBe(1);
    expect(traffic.view('0', NOW_MS).calls).toBe(0);
  });
});
