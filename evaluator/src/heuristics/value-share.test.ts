import { expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { ValueMemory } from './value-memory.ts';
import { valueShare } from './value-share.ts';

function sharesOf(memory: ValueMemory, series: string, ...texts: string[]): (number | undefined)[] {
  return texts.map((text) => valueShare.score(answerOf({ text, previousValues: memory.pairWith(series, text) }))?.score);
}

it('compares pairs of answers that do not overlap: first with second, third with fourth', () => {
  const same = '{"mood":"good","count":1}';
  expect(sharesOf(new ValueMemory(), 'a', same, same, same, same)).toEqual([undefined, 1, undefined, 1]);
});
it('is the share of short values that are the same in the same field', () => {
  expect(sharesOf(new ValueMemory(), 'a', '{"mood":"good","count":1,"tags":["x","y"]}', '{"mood":" Good","count":2,"tags":["y","x"]}')).toEqual([undefined, 0.25]);
  expect(sharesOf(new ValueMemory(), 'a', '{"text":"'.concat('x'.repeat(50), '","mood":"bad"}'), '{"text":"'.concat('x'.repeat(50), '","mood":"good"}'))).toEqual([undefined, 0]);
  expect(sharesOf(new ValueMemory(), 'a', '{"id":5000001,"ok":true}', '{"id":5000001,"ok":true}')).toEqual([undefined, 1]);
});
it('compares only answers of the same series, and only JSON objects', () => {
  const memory = new ValueMemory();
  expect(sharesOf(memory, 'a', '{"x":1}')).toEqual([undefined]);
  expect(sharesOf(memory, 'b', '{"x":1}')).toEqual([undefined]);
  expect(sharesOf(memory, 'a', 'some words', '[1]', '{"x":1}')).toEqual([undefined, undefined, 1]);
});
it('is not confused by names that objects have of themselves', () => {
  expect(sharesOf(new ValueMemory(), 'a', '{"__proto__":{"a":1},"constructor":2}', '{"__proto__":{"a":1},"constructor":3}')).toEqual([undefined, 0.5]);
});
it('is not known for an object without short values', () => {
  expect(sharesOf(new ValueMemory(), 'a', '{}', '{}')).toEqual([undefined, undefined]);
});
