import { describe, expect, it } from 'vitest';
import { scoreCall } from './score-call.ts';

const SIZE = 65_536;
const HOSTILE: Readonly<Record<string, string>> = {
  'one letter': 'a'.repeat(SIZE), 'spaces': ' '.repeat(SIZE), 'line breaks': '\n'.repeat(SIZE), 'stars and spaces': '* '.repeat(SIZE / 2), 'quotes': '"'.repeat(SIZE), 'backticks': '`'.repeat(SIZE), 'open fences': '```a'.repeat(SIZE / 4),
  'dots': '.'.repeat(SIZE), '"sorry " without end': 'sorry '.repeat(SIZE / 6), '"i cannot " without end': 'i cannot '.repeat(SIZE / 9), 'it is not it is not': 'it is not '.repeat(SIZE / 10), 'making the making': 'making '.repeat(SIZE / 7),
  'as an a a a': `as an ${'a '.repeat(SIZE / 2)}`, 'brackets': '[{'.repeat(SIZE / 2), 'tut mir leid': 'tut mir leid '.repeat(SIZE / 13), 'ich kann dir': 'ich kann dir '.repeat(SIZE / 13), '抱歉': '抱歉'.repeat(SIZE / 2), 'lone surrogates': '\ud800'.repeat(SIZE), 'emphasis at the end': `a${'*'.repeat(SIZE)}`,
  'almost a period': `${'ab '.repeat(5000)}x `.repeat(4), 'two words, Fibonacci order': fibonacciWord('a ', 'b '), 'zero width': '\u200b'.repeat(SIZE), 'indented': `\n${' '.repeat(SIZE)}`, 'quoted lines': '> a\n'.repeat(SIZE / 4),
};

/** The classical worst case of the failure function. */
function fibonacciWord(first: string, second: string): string {
  let [shorter, longer] = [first, first + second];
  while (longer.length < SIZE) [shorter, longer] = [longer, longer + shorter];
  return longer;
}

function cpuMsOf(text: string): number {
  const before = process.cpuUsage();
  for (const finishReason of ['unknown', 'stop'] as const) scoreCall({ outputText: text, finishReason, errorType: undefined, statusIsError: false, hasToolCalls: false, durationMs: 1, outputTokens: 50, costUsd: undefined });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

// Linear work on 64 KB is about a millisecond; an algorithm that is quadratic there needs seconds. The bound lies far from both, so that a busy machine does not matter.
describe('text that is made to be slow', () => {
  it.each(Object.entries(HOSTILE))('costs no more than other text of its size: %s', (_, text) => {
    expect(Math.min(cpuMsOf(text), cpuMsOf(text), cpuMsOf(text))).toBeLessThan(250);
  });
});
