import { expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { costPerCall } from './cost-per-call.ts';

it('is the known cost, free included, and unknown stays unknown', () => {
  expect(costPerCall(answerOf({ costUsd: 0.002 }))).toBe(0.002);
  expect(costPerCall(answerOf({ costUsd: 0 }))).toBe(0);
  expect(costPerCall(answerOf({}))).toBeUndefined();
  expect(costPerCall(answerOf({ costUsd: -1 }))).toBeUndefined();
  expect(costPerCall(answerOf({ costUsd: Number.NaN }))).toBeUndefined();
});
