import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { empty } from './empty.ts';

describe('an empty answer', () => {
  it.each(['', '   \n\t', '\u200b\u200b', '\u00a0\ufeff'])('has nothing that a reader would see: %j', (text) => expect(empty(answerOf({ text }))).toBe(1));
  it.each(['a', '.', '0', '好', '👍', '```'])('is not %j', (text) => expect(empty(answerOf({ text }))).toBe(0));
  it('is not an answer that calls tools', () => expect(empty(answerOf({ text: '', hasToolCalls: true }))).toBe(0));
  it('is not known where the text is not captured, unless no token came out', () => {
    expect(empty(answerOf({ outputTokens: 12 }))).toBeUndefined();
    expect(empty(answerOf({}))).toBeUndefined();
    expect(empty(answerOf({ outputTokens: 0 }))).toBe(1);
  });
  it('is a refusal instead where the provider withheld the answer', () => expect(empty(answerOf({ text: '', finishReason: 'content_filter' }))).toBeUndefined());
});
