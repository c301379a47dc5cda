import { describe, expect, it } from 'vitest';
import { type GroupEvent, type Place, advance, isMember, isStuck, newPlace } from './place-in-group.ts';

const TIMES = { sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 10_000 };

function run(events: readonly (readonly [number, GroupEvent])[]): { place: Place; reports: (readonly number[])[] } {
  let place = newPlace(0);
  const reports = events.flatMap(([nowMs, event]) => {
    const advanced = advance(place, event, nowMs, TIMES);
    place = advanced.place;
    return advanced.reports;
  });
  return { place, reports };
}
const joined = (...partitions: number[]): GroupEvent => ({ kind: 'joined', partitions });
const heartbeat: GroupEvent = { kind: 'heartbeat' };
const rebalancing: GroupEvent = { kind: 'rebalancing' };
const tick: GroupEvent = { kind: 'tick' };

describe('a place in a group', () => {
  it('reports each assignment, also the same one again: others wait for the confirmation', () => {
    expect(run([[0, joined(0, 1)], [1_000, heartbeat], [2_000, joined(0, 1)]]).reports).toEqual([[0, 1], [0, 1]]);
  });

  it('reports none, once, when the coordinator was silent for a session', () => {
    expect(run([[0, joined(0, 1)], [6_000, tick], [6_001, tick], [7_000, tick]]).reports).toEqual([[0, 1], []]);
  });

  it('reports the loss before what it is assigned next, when the process was stopped', () => {
    expect(run([[0, joined(0, 1)], [20_000, joined(1)]]).reports).toEqual([[0, 1], [], [1]]);
  });

  it('reports again what it never lost: the coordinator had more patience', () => {
    const { reports, place } = run([[0, joined(0, 1)], [6_500, tick], [6_600, heartbeat], [7_000, tick]]);
    expect(reports).toEqual([[0, 1], [], [0, 1]]);
    expect(isMember(place, 7_000, TIMES)).toBe(true);
  });

  it('keeps its partitions while the group waits for one that has died', () => {
    expect(run([[0, joined(0, 1)], [1_000, rebalancing], [10_900, tick], [11_000, joined(0, 1, 2)]]).reports).toEqual([[0, 1], [0, 1, 2]]);
  });

  it('is no member before it has joined, and none after a session in silence', () => {
    expect(isMember(newPlace(0), 1, TIMES)).toBe(false);
    const { place } = run([[0, joined()]]);
    expect(isMember(place, 6_000, TIMES)).toBe(true);
    expect(isMember(place, 6_001, TIMES)).toBe(false);
  });

  it('says nothing of a loss to who had nothing', () => {
    expect(run([[0, joined()], [9_000, tick]]).reports).toEqual([[]]);
  });

  it('is stuck after twice the time that it has to wait at most', () => {
    expect(isStuck(run([[0, joined(0)]]).place, 12_000, TIMES)).toBe(false);
    expect(isStuck(run([[0, joined(0)]]).place, 12_001, TIMES)).toBe(true);
    expect(isStuck(run([[0, joined(0)], [1_000, rebalancing]]).place, 21_000, TIMES)).toBe(false);
    expect(isStuck(newPlace(0), 20_001, TIMES)).toBe(true);
  });

  it('is lost in time, and a new attempt to get it back has its own time', () => {
    const { reports, place } = run([[0, joined(0)], [5_000, { kind: 'attempt' }], [6_001, tick]]);
    expect(reports).toEqual([[0], []]);
    expect([isStuck(place, 25_000, TIMES), isStuck(place, 25_001, TIMES)]).toEqual([false, true]);
  });
});
