import { describe, expect, it } from 'vitest';
import { type DecideState, initialDecideState, newRouteState } from '../policy/route-state.ts';
import { compareStates } from './compare-states.ts';

const KEY = 'default/support.answer';

function stateWith(change: (state: DecideState) => void = () => undefined): DecideState {
  const state = initialDecideState();
  state.routes[KEY] = { ...newRouteState('default', 'support.answer'), cycles: 2, lastCallMs: 1_700_000_000_000.5 };
  change(state);
  return state;
}

describe('two states of decide', () => {
  it('are the same whatever the order of what they hold', () => {
    const other = stateWith();
    other.routes[KEY] = Object.fromEntries(Object.entries(other.routes[KEY] ?? {}).reverse()) as DecideState['routes'][string];
    expect(compareStates(stateWith(), other)).toEqual([]);
  });

  it('differ by the last bit of a number', () => {
    const other = stateWith((state) => Object.assign(state.routes[KEY] ?? {}, { lastCallMs: 1_700_000_000_000.5002 }));
    expect(compareStates(stateWith(), other)).toEqual([expect.stringContaining(`the state of route/${KEY} is stored as`)]);
  });

  it('differ when a route is missing in either', () => {
    const without = initialDecideState();
    expect(compareStates(stateWith(), without)).toHaveLength(2);
    expect(compareStates(without, stateWith())).toHaveLength(2);
  });

  it('differ in time, epoch and policy', () => {
    expect(compareStates(stateWith(), stateWith((state) => Object.assign(state, { nowMs: 1, policyHash: 'other' })))).toEqual([
      expect.stringContaining('the state of common is stored as'), expect.stringContaining('the state of policy is stored as'),
    ]);
  });
});
