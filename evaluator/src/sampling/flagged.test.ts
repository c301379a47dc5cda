import { expect, it } from 'vitest';
import { isFlagged } from './flagged.ts';

it('flags a call that a heuristic of content or format speaks against', () => {
  for (const signals of [{ refusal: 1 }, { json_invalid: 1 }, { ungrounded: 0.5 }, { constraint_broken: 1 }, { 'custom.mine': 1 }]) expect(isFlagged(signals), JSON.stringify(signals)).toBe(true);
});

it('does not flag one for its speed, its cost, its failure, its length or how it looks, its likeness to the one before, nor by the judge itself', () => {
  const signals = { error: 1, timeout: 1, latency_per_token: 3, cost_per_call: 2, time_to_first_chunk: 9, length: 4_000, irrelevance: 0.9, unsupported: 0.9, input_tokens_per_char: 0.7, fence: 1, heading: 1, bullets: 1, opener: 1, hedge: 1, value_share: 1, judge: 1 };
  expect(isFlagged(signals)).toBe(false);
  expect(isFlagged({ refusal: 0, ungrounded: 0.49, 'custom.mine': 0 })).toBe(false);
  expect(isFlagged({})).toBe(false);
});
