import type { Expectations } from '@understudy/contracts/policy-route-parts';
import { expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { constraintBroken } from './constraint-broken.ts';

const flagOf = (text: string, expectations: Expectations) => constraintBroken.score(answerOf({ text, expect: expectations }))?.flags?.[0];

it.each<[string, Expectations, string | undefined]>([
  ['Best regards, Ann', { contains: ['regards', 'Ann'] }, undefined], ['Regards', { contains: ['regards'] }, 'constraint:contains'],
  ['As an AI I think', { excludes: ['As an AI'] }, 'constraint:excludes'], ['I think', { excludes: ['As an AI'] }, undefined],
  ['short', { minCharacters: 6 }, 'constraint:too-short'], ['longer', { minCharacters: 6, maxCharacters: 6 }, undefined], ['longer.', { maxCharacters: 6 }, 'constraint:too-long'],
])('%j by %j: %s', (text, expectations, flag) => {
  expect(flagOf(text, expectations)).toBe(flag);
});
it('says nothing without a rule, without a text, or of an answer that only calls a tool', () => {
  expect(constraintBroken.score(answerOf({ text: 'x', expect: { format: 'json' } }))).toBeUndefined();
  expect(constraintBroken.score(answerOf({ expect: { contains: ['x'] } }))).toBeUndefined();
  expect(constraintBroken.score(answerOf({ text: '', hasToolCalls: true, expect: { minCharacters: 1 } }))).toBeUndefined();
});
