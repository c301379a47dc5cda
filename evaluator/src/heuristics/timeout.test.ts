import { expect, it } from 'vitest';
import { timeout } from './timeout.ts';

it('counts time-outs among the calls that are the target\'s own', () => {
  expect(timeout('timed-out')).toBe(1);
  expect(timeout('failed')).toBe(0);
  expect(timeout('answered')).toBe(0);
  expect(timeout('not-the-targets-fault')).toBeUndefined();
  expect(timeout('withheld')).toBeUndefined();
});
