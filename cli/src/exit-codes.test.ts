import { UnderstudyError } from '@understudy/contracts/problem';
import { expect, it } from 'vitest';
import { messageOf } from './exit-codes.ts';

it('prints what came from outside without moving the cursor', () => {
  const error = new UnderstudyError({ code: 'REFUSED', message: 'no target \u001b[2Jx', fix: 'Use one of a\u0007, b\u202e, \u009b31mc\r.' });
  expect(messageOf(error)).toBe('understudy: no target �[2Jx\n  → Use one of a�, b�, �31mc�.');
  expect(messageOf('a\u001b[31m')).toBe('understudy: a�[31m');
});

it('keeps the lines of a message that has several', () => {
  expect(messageOf(new UnderstudyError({ code: 'POLICY_INVALID', message: 'one\n  two', fix: 'three' }))).toBe('understudy: one\n  two\n  → three');
});
