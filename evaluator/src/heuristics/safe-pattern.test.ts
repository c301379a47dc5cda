import { expect, it } from 'vitest';
import { isBounded, safePattern } from './safe-pattern.ts';

it.each(['^[a-z]+-[0-9]+$', '^\\d{4}-\\d{2}-\\d{2}$', '^(?:a|b)$', '^(foo|bar)?x$', '^#[0-9a-f]{6}$', '\\p{L}+', '^(?:\\.\\d+)?$', '^[^\\s@]+@[^\\s@]+$', '^\\d{1,2}/\\d{1,2}/\\d{2,4}$', 'a+b+'])('runs a pattern whose time is bounded: %s', (pattern) => {
  expect(isBounded(pattern)).toBe(true);
});
it.each(['(a+)+', '(a|aa)+', '((a+))+', '((a|b)c)*', '(a*)*', '([a-z]{1,9}){1,9}', '(a)\\1', '(?=a+)a', 'a*a*a*b', '(?:a?){30}', '(((a)+)b)*', `${'(a|a)?'.repeat(20)}`, '(?<n>a+){2,}', '^a{0,99}a{0,99}a{0,99}a{0,99}b', `^${'a{0,9}'.repeat(12)}b`])('passes over one whose time may not be: %s', (pattern) => {
  expect(isBounded(pattern)).toBe(false);
  expect(safePattern(pattern, 'u').test('whatever')).toBe(true);
});
it('lets long texts pass, and refuses what is no pattern', () => {
  expect(safePattern('^b$', 'u').test('a'.repeat(300))).toBe(true);
  expect(safePattern('^b$', 'u').test('a')).toBe(false);
  expect(safePattern('[\\w-.]', 'u').test('a')).toBe(true);
  expect(() => safePattern('(', 'u')).toThrow();
});
it('takes milliseconds for what it runs, on the text that is worst for it', () => {
  const before = process.cpuUsage();
  for (const pattern of ['a*a*b', '^a+a+a+b$', '^(?:a|a)(?:a|a)a*a*b$', 'a?a?a?a?a?a?a?a?a?a?a?aaab']) {
    expect(isBounded(pattern)).toBe(true);
    safePattern(pattern, 'u').test('a'.repeat(128));
  }
  const { user } = process.cpuUsage(before);
  // An exponential one needs minutes.
  expect(user / 1000).toBeLessThan(2_000);
});
