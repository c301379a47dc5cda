import { describe, expect, it } from 'vitest';
import { type ScoreContext, scoreCall } from './score-call.ts';
import { ValueMemory } from './value-memory.ts';

const SIZE = 65_536;
const SCHEMA = { type: 'array', uniqueItems: true, items: { type: ['object', 'array', 'string'], pattern: '^[a-z]*b$' } };
const HOSTILE: Readonly<Record<string, string>> = {
  'one letter': 'a'.repeat(SIZE), 'spaces': ' '.repeat(SIZE), 'line breaks': '\n'.repeat(SIZE), 'stars and spaces': '* '.repeat(SIZE / 2), 'quotes': '"'.repeat(SIZE), 'backticks': '`'.repeat(SIZE), 'open fences': '```a'.repeat(SIZE / 4),
  'dots': '.'.repeat(SIZE), '"sorry " without end': 'sorry '.repeat(SIZE / 6), '"i cannot " without end': 'i cannot '.repeat(SIZE / 9), 'it is not it is not': 'it is not '.repeat(SIZE / 10), 'making the making': 'making '.repeat(SIZE / 7),
  'as an a a a': `as an ${'a '.repeat(SIZE / 2)}`, 'brackets': '[{'.repeat(SIZE / 2), 'tut mir leid': 'tut mir leid '.repeat(SIZE / 13), 'ich kann dir': 'ich kann dir '.repeat(SIZE / 13), '抱歉': '抱歉'.repeat(SIZE / 2), 'lone surrogates': '\ud800'.repeat(SIZE), 'emphasis at the end': `a${'*'.repeat(SIZE)}`,
  'digits': '1'.repeat(SIZE), 'numbers': '12 '.repeat(SIZE / 3), 'separated digits': '1,'.repeat(SIZE / 2), 'objects': '{"a":'.repeat(SIZE / 5), 'a fence of spaces': `\`\`\`\n${' '.repeat(SIZE)}`, 'a list of objects': `[${'{},'.repeat(SIZE / 3)}{}]`, 'a list of texts': `[${'"abc",'.repeat(SIZE / 6)}""]`,
  'list marks': '- a\n'.repeat(SIZE / 4), 'marks of tool calls': '<tool_call>'.repeat(SIZE / 11), 'functions.': 'functions.'.repeat(SIZE / 10), 'words': Array.from({ length: SIZE / 8 }, (_, i) => `w${i.toString(26).padStart(6, 'a')}`).join(' '), 'nested lists': `${'['.repeat(SIZE / 2)}${']'.repeat(SIZE / 2)}`,
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
  for (const finishReason of ['unknown', 'stop'] as const) {
    const said = { inputText: text, questionText: text, systemText: `${text}.`, toolText: text, inputCharacters: SIZE, toolCalls: [{ name: 'a', argumentsText: text }], toolDefinitions: [{ name: 'a', parameters: SCHEMA }] };
    const context: ScoreContext = { expect: { format: 'json', jsonSchema: SCHEMA, contains: ['no such text'] }, memory: new ValueMemory() };
    scoreCall({ outputText: text, finishReason, errorType: undefined, statusIsError: false, hasToolCalls: false, durationMs: 1, outputTokens: 50, costUsd: undefined, series: 'a', ...said }, context);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

// Linear work on 64 KB is about a millisecond; an algorithm that is quadratic there needs seconds. The bound lies far from both, so that a busy machine does not matter.
describe('text that is made to be slow', () => {
  it.each(Object.entries(HOSTILE))('costs no more than other text of its size: %s', (_, text) => {
    expect(Math.min(cpuMsOf(text), cpuMsOf(text), cpuMsOf(text))).toBeLessThan(250);
  });
});
