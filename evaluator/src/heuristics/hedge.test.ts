import { expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { hedge } from './hedge.ts';
import { PARAGRAPHS } from './languages.fixture.ts';

const scoreOf = (text: string | undefined) => hedge.score(answerOf({ text }))?.score;

it('counts hedges: two in a hundred words, and at least two', () => {
  expect(scoreOf('It depends on what you want to do with it. I think that the first one might be better for you, but I am not sure, and perhaps the other one will do as well.')).toBe(1);
  expect(scoreOf(PARAGRAPHS.en)).toBe(0);
  expect(scoreOf(`${PARAGRAPHS.en} Perhaps it comes sooner.`)).toBe(0);
});

it('is not known for a few words, for other languages, or without text', () => {
  expect(scoreOf('Perhaps, maybe.')).toBeUndefined();
  expect(scoreOf(PARAGRAPHS.de)).toBeUndefined();
  expect(scoreOf(undefined)).toBeUndefined();
});
