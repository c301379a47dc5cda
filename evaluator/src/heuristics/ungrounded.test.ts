import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { ungrounded } from './ungrounded.ts';

const scoreOf = (text: string, inputText: string, more: object = {}) => ungrounded.score(answerOf({ text, inputText, inputCharacters: inputText.length, ...more }))?.score;

describe('values of an answer', () => {
  it('are grounded where the prompt holds them, however they are written', () => {
    expect(scoreOf('You pay 1,000 USD and 3.5 % on 2026-11-24.', 'The sum is 1000, the rate 3.50 per cent, due 24.11.2026.')).toBe(0);
    expect(scoreOf('1.000,50 € und 12 Stück', '1,000.5 euros for 12 pieces')).toBe(0);
  });
  it('are invented where nothing that was sent holds them', () => {
    expect(scoreOf('Your order 48213 costs 99.90.', 'What about my order 48213?')).toBe(0.5);
    expect(scoreOf('Your order 48213 costs 99.90.', 'What about my order 48213?', { systemText: 'Price list: 99.9' })).toBe(0);
    expect(scoreOf('Your order 48213 costs 99.90.', 'Hello', { toolText: '{"order":48213,"price":99.9}' })).toBe(0);
  });
  it('of JSON are its texts and numbers', () => {
    const input = 'Ann Miller of Rome, born in 1984, ordered 12 chairs.';
    expect(scoreOf('{"name":"ann  miller","city":"Rome","born":1984,"ok":true}', input)).toBe(0);
    expect(scoreOf('{"name":"Bob Stone","city":"Oslo","born":1984,"count":12}', input)).toBe(0.5);
  });
  it('do not count single digits, numbering and leading zeros', () => {
    expect(scoreOf('1. one\n2. two\n10. ten\n11) eleven in 007 of 5', 'x')).toBeUndefined();
  });
  it('say nothing when there are fewer than two, or when the prompt is not known as a whole', () => {
    expect(scoreOf('It costs 99.90.', 'x')).toBeUndefined();
    expect(scoreOf('17 and 18', 'x', { inputCharacters: undefined })).toBeUndefined();
    expect(ungrounded.score(answerOf({ text: '17 and 18' }))).toBeUndefined();
  });
});

it('nothing of an answer that repeats its prompt is invented', () => {
  const value = fc.oneof(fc.integer({ min: 10 }).map(String), fc.float({ min: 1, max: 1e6, noNaN: true }).map((number) => number.toFixed(2)), fc.lorem({ maxCount: 3 }));
  fc.assert(fc.property(fc.array(value, { minLength: 2, maxLength: 20 }), (values) => {
    const text = values.join(' and ');
    expect([0, undefined]).toContain(scoreOf(text, text));
    expect([0, undefined]).toContain(scoreOf(JSON.stringify(values), text));
  }));
});
