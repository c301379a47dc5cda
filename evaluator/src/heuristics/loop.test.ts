import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loop, loopKind } from './loop.ts';

const PROSE = 'Compilers translate source text into instructions. First they read characters and group them into words; a parser then builds a tree from these words, and later passes check types, '
  + 'remove work that nobody needs and choose registers. What comes out runs fast, though reading it is seldom a pleasure. Debuggers map addresses back to lines so that people can follow along. ';

describe('an answer that loops', () => {
  it.each([
    ['a phrase over and over', `${PROSE}${'and then we check the next one again '.repeat(8)}`, 'tail'],
    ['a phrase that is cut in its last round', `${PROSE}${'and then we check the next one again '.repeat(8)}and then we che`, 'tail'],
    ['one word', `${PROSE}${'the '.repeat(40)}`, 'tail'],
    ['a line', `${PROSE}${'- Check the input for errors.\n'.repeat(6)}`, 'tail'],
    ['one character', `${PROSE}${'a'.repeat(400)}`, 'tail'],
    ['one mark', `${PROSE}${'!'.repeat(60)}`, 'tail'],
    ['Chinese', `${'我们需要检查下一个数字是否可以整除。'.repeat(6)}`, 'tail'],
    ['a count that goes on and on', `${PROSE}${Array.from({ length: 30 }, (_, i) => `Step ${i + 5}: is 17077 divisible by ${i + 5}? It is not.\n`).join('')}`, 'counter'],
    ['a loop that it came out of', `${PROSE}${'we go round and round in circles here '.repeat(30)}\n${PROSE}`, 'window'],
  ] as const)('is seen: %s', (_, text, kind) => {
    expect(loopKind(text)).toBe(kind);
    expect(loop(text)).toBe(1);
  });

  it.each([
    ['prose', PROSE], ['prose said twice', PROSE.repeat(2)], ['a rule of Markdown', `${PROSE}\n${'-'.repeat(80)}`],
    ['a short numbered list', Array.from({ length: 7 }, (_, i) => `${i + 1}. Divide ${100 + i} by ${i + 2} and note the remainder.`).join('\n')],
    ['a table', `| name | count |\n| --- | --- |\n${Array.from({ length: 12 }, (_, i) => `| item ${'abcdefghijkl'[i]}${i * 7} | ${i * 31} |`).join('\n')}`],
    ['a JSON list', JSON.stringify(Array.from({ length: 30 }, (_, i) => ({ id: i, name: `name ${i * i}`, city: ['Paris', 'Rome', 'Oslo'][i % 3] })))],
    ['nothing', ''],
  ])('is not: %s', (_, text) => expect(loop(text)).toBe(0));

  it('is not known without text', () => expect(loop(undefined)).toBeUndefined());

  it('is seen whatever is repeated, by whatever came before it', () => {
    const word = fc.stringMatching(/^[a-z]{2,9}$/);
    fc.assert(fc.property(fc.array(word, { maxLength: 60 }), fc.array(word, { minLength: 3, maxLength: 30 }), fc.integer({ min: 8, max: 12 }), (before, phrase, rounds) => {
      expect(loop(`${before.join(' ')} ${`${phrase.join(' ')} `.repeat(rounds)}`)).toBe(1);
    }), { numRuns: 200 });
  });

  it('leaves nothing behind: the same text gives the same result after any other', () => {
    fc.assert(fc.property(fc.string({ maxLength: 3000 }), (other) => {
      const before = loopKind(PROSE.repeat(3));
      loopKind(other);
      expect(loopKind(PROSE.repeat(3))).toBe(before);
    }), { numRuns: 100 });
  });
});
