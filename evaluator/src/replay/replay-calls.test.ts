import type { SignalValues } from '@understudy/contracts/signal';
import { describe, expect, it } from 'vitest';
import { replayCalls } from './replay-calls.ts';
import { shuffled } from './shuffle.ts';

/** Calls of which every n-th refuses; lengths go through 100 … 299 evenly. */
const calls = (count: number, refusalEvery: number, lengthFactor = 1): SignalValues[] =>
  shuffled(Array.from({ length: count }, (_, i) => ({ error: 0, refusal: i % refusalEvery === 0 ? 1 : 0, length: (100 + (i % 200)) * lengthFactor })), 7);

describe('what detection would have said of recorded calls', () => {
  it('names the signal that degraded, where and against what, and when the route would have switched', () => {
    const { detections, wouldSwitchAtCall } = replayCalls('a/b', calls(400, 50), calls(200, 2));
    expect(detections.map(({ signal }) => signal)).toEqual(['refusal']);
    expect(detections[0]).toMatchObject({ target: 'a/b', threshold: 1e5, baseline: 0.02 });
    expect(detections[0]?.statistic).toBeGreaterThanOrEqual(1e5);
    expect(detections[0]?.observed).toBeGreaterThan(0.3);
    expect(wouldSwitchAtCall).toBe(detections[0]?.switchAtCall);
    expect(wouldSwitchAtCall).toBeLessThan(40);
  });

  it('says nothing of calls like those it learned from', () => {
    expect(replayCalls('a/b', calls(1_000, 50), calls(1_000, 50))).toMatchObject({ detections: [], wouldSwitchAtCall: undefined });
  });

  it('finds answers that became shorter as well as longer', () => {
    for (const factor of [0.2, 5]) expect(replayCalls('a/b', calls(400, 50), calls(100, 50, factor)).detections.map(({ signal }) => signal)).toEqual(['length']);
  });

  it('alerts but does not switch on cost alone', () => {
    const costs = (factor: number): SignalValues[] => Array.from({ length: 200 }, (_, i) => ({ cost_per_call: factor * (1 + ((i * 37) % 100) / 100) }));
    const { detections, wouldSwitchAtCall } = replayCalls('a/b', costs(1), costs(4));
    expect(detections.map(({ signal }) => signal)).toEqual(['cost_per_call']);
    expect(wouldSwitchAtCall).toBeUndefined();
  });

  it('says which signals could not be tested', () => {
    const { signals } = replayCalls('a/b', calls(40, 10), calls(40, 10));
    expect(signals.find(({ signal }) => signal === 'length')).toMatchObject({ baseline: undefined, baselineValues: 40, currentValues: 40 });
    expect(signals.find(({ signal }) => signal === 'loop')).toMatchObject({ baseline: undefined, currentValues: 0, current: undefined });
    expect(signals.find(({ signal }) => signal === 'refusal')).toMatchObject({ baseline: { kind: 'rate', calls: 40, events: 4 }, current: 0.1, hasRoom: true });
    const always = Array.from({ length: 200 }, (): SignalValues => ({ truncated: 1 }));
    expect(replayCalls('a/b', always, always).signals.find(({ signal }) => signal === 'truncated')).toMatchObject({ hasRoom: false });
  });
});
