import { expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { LEAST_OUTPUT_TOKENS, latencyPerToken } from './latency-per-token.ts';

it('is seconds over output tokens, for answers long enough to say something about speed', () => {
  expect(latencyPerToken(answerOf({ durationMs: 2000, outputTokens: 100 }))).toBeCloseTo(0.02, 12);
  expect(latencyPerToken(answerOf({ durationMs: 2000, outputTokens: LEAST_OUTPUT_TOKENS }))).toBeCloseTo(0.1, 12);
  expect(latencyPerToken(answerOf({ durationMs: 2000, outputTokens: LEAST_OUTPUT_TOKENS - 1 }))).toBeUndefined();
  expect(latencyPerToken(answerOf({ durationMs: 2000 }))).toBeUndefined();
  expect(latencyPerToken(answerOf({ outputTokens: 100 }))).toBeUndefined();
  expect(latencyPerToken(answerOf({ durationMs: 0, outputTokens: 100 }))).toBeUndefined();
});
