import { expect, it } from 'vitest';
import { error } from './error.ts';

it('counts failures and time-outs, and says nothing about calls that failed by the caller\'s own doing', () => {
  expect(error('answered')).toBe(0);
  expect(error('failed')).toBe(1);
  expect(error('timed-out')).toBe(1);
  expect(error('not-the-targets-fault')).toBeUndefined();
  expect(error('withheld')).toBeUndefined();
});
