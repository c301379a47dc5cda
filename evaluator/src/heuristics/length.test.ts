import { expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { length } from './length.ts';

it('is the number of characters of the text, never of tokens', () => {
  expect(length(answerOf({ text: 'hello', outputTokens: 2 }))).toBe(5);
  expect(length(answerOf({ text: '' }))).toBe(0);
  expect(length(answerOf({ outputTokens: 200 }))).toBeUndefined();
  expect(length(answerOf({ text: '', hasToolCalls: true }))).toBeUndefined();
});
