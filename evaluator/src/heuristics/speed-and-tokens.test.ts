import { expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { inputTokensPerChar } from './input-tokens-per-char.ts';
import { timeToFirstChunk } from './time-to-first-chunk.ts';

it('the time to the first chunk is in seconds, and not known where nothing was streamed', () => {
  expect(timeToFirstChunk.score(answerOf({ firstChunkMs: 250 }))).toEqual({ score: 0.25 });
  expect(timeToFirstChunk.score(answerOf({ firstChunkMs: 0 }))).toBeUndefined();
  expect(timeToFirstChunk.score(answerOf({}))).toBeUndefined();
});
it('billed tokens are divided by the characters that were sent, where both are known and enough', () => {
  expect(inputTokensPerChar.score(answerOf({ inputTokens: 100, inputCharacters: 400 }))).toEqual({ score: 0.25 });
  expect(inputTokensPerChar.score(answerOf({ inputTokens: 9, inputCharacters: 19 }))).toBeUndefined();
  expect(inputTokensPerChar.score(answerOf({ inputTokens: 9 }))).toBeUndefined();
  expect(inputTokensPerChar.score(answerOf({ inputCharacters: 400 }))).toBeUndefined();
});
