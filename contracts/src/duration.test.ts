import { expect, it } from 'vitest';
import { durationMs } from './duration.ts';

it.each([['5s', 5_000], ['1.5h', 5_400_000], ['90d', 7_776_000_000], ['250ms', 250]])('reads %s', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

it.each(['', '5', 's', '-5s', '5 minutes', '1e3s'])('knows that %j is no duration', (text) => {
  expect(durationMs(text)).toBeUndefined();
});
