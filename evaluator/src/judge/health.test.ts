import { describe, expect, it } from 'vitest';
import { answered, controlAccuracy, healthOf, isQuarantined, noteAnswer, noteControl } from './health.ts';
import { type HealthBook, newHealth } from './judge-state.ts';
import { failed, judged } from './test-support/scripted-judge.ts';

const after = (answers: readonly boolean[]): HealthBook => answers.reduce(noteAnswer, newHealth('m'));
const seen = (right: number, wrong: number): HealthBook => [...Array(wrong).fill(false), ...Array(right).fill(true)].reduce(noteControl, newHealth('m'));

describe('a judge that does not answer', () => {
  it('is unreachable after five errors in a row, not after four', () => {
    expect(after([true, false, false, false, false]).unreachable).toBe(false);
    expect(after([true, false, false, false, false, false]).unreachable).toBe(true);
  });

  it('is unreachable when more than half of twenty fail', () => {
    const half = [...Array(10).fill([true, false]).flat()];
    expect(after(half).unreachable).toBe(false);
    expect(after([...half, false, false]).unreachable).toBe(true);
  });

  it('is well again at the first answer, and what was before is forgotten', () => {
    const back = noteAnswer(after([false, false, false, false, false]), true);
    expect(back).toMatchObject({ unreachable: false, answers: [true] });
    expect(noteAnswer(back, false).unreachable).toBe(false);
  });

  it('is not what hostile text makes of it: what it refuses or answers in another form is an answer', () => {
    expect([failed('unreachable'), failed('timeout')].map(answered)).toEqual([false, false]);
    expect([judged(), failed('unparsed')].map(answered)).toEqual([true, true]);
    expect([judged(1, { cached: true }), { kind: 'excluded' as const, reason: 'injection', costUsd: 0, durationMs: 0 }].map(answered)).toEqual([undefined, undefined]);
  });
});

describe('a judge that is wrong about what is known', () => {
  it('is quarantined below .9 of the last 40, once there are ten', () => {
    expect(isQuarantined(seen(0, 9))).toBe(false);
    expect(isQuarantined(seen(8, 2))).toBe(true);
    expect(isQuarantined(seen(9, 1))).toBe(false);
    expect(isQuarantined(seen(35, 5))).toBe(true);
    expect(isQuarantined(seen(36, 5))).toBe(false);
    expect(controlAccuracy(seen(36, 5).controls)).toBe(0.9);
  });
});

it('what keeps the rest from being known is told first', () => {
  const book = { ...seen(0, 10), unreachable: true };
  const facts = { isOn: true, book, hasDrifted: true, isSpent: true };
  expect(healthOf({ ...facts, isOn: false })).toBe('off');
  expect(healthOf(facts)).toBe('unreachable');
  expect(healthOf({ ...facts, book: seen(0, 10) })).toBe('quarantined');
  expect(healthOf({ ...facts, book: newHealth('m') })).toBe('drifted');
  expect(healthOf({ ...facts, book: newHealth('m'), hasDrifted: false })).toBe('spent');
});
