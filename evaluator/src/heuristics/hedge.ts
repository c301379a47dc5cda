import type { Answer } from './answer.ts';
import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';
import { IntTable } from './int-table.ts';
import { plainLanguage } from './small-words.ts';
import { firstTokenAfter, hashOfWord, isWord, TOKEN_BUFFERS, tokensOf } from './tokens.ts';

/** What is read of an answer: hedges stand where it starts as often as where it ends. */
const READ = 600;
const LEAST_WORDS = 20;
/** Hedges per 100 words, and in all, that make an answer one that hedges; ordinary ones have 0.2-0.5 a hundred. */
const MOST_A_HUNDRED = 2;
const LEAST_FOUND = 2;

const WORDS = 'perhaps maybe possibly probably arguably presumably unclear supposedly'.split(' ');
const PAIRS = [
  'it depends', 'depending on', 'not sure', 'not certain', 'entirely sure', 'entirely certain', 'completely sure', 'quite sure', 'i think', 'i believe', 'i suppose', 'i guess', 'i assume', 'i suspect', 'might be', 'may be', 'could be', 'might have', 'may have', 'could have',
  'seems that', 'seems to', 'seems like', 'appears that', 'appears to', 'generally speaking', 'broadly speaking', 'roughly speaking', 'some cases', 'some ways', 'some extent', 'more or', 'sort of', 'my knowledge',
];
const HEDGES = new IntTable([
  ...WORDS.map((word) => [hashOfWord(word), 1] as const),
  ...PAIRS.map((pair) => pair.split(' ')).map(([first = '', second = '']) => [pairOf(hashOfWord(first), hashOfWord(second)), 1] as const),
]);
/** 1 where a hedge ends in a word with such a hash, by a part of it: most words are done there. */
const mayEnd = new Uint8Array(1 << 16);
for (const phrase of [...WORDS, ...PAIRS]) mayEnd[hashOfWord(phrase.slice(phrase.indexOf(' ') + 1)) >>> 16] = 1;

function pairOf(first: number, second: number): number {
  return Math.imul(first, 31) ^ second;
}

const { hashes } = TOKEN_BUFFERS;
const HEDGED = bad('hedge');

/** 1 when an English answer has two or more hedges in 100 words. Undefined for short answers, and for other languages, of which there is no list. */
export const hedge: Heuristic = { signal: 'hedge', version: 2, score };

function score({ text }: Answer): Finding | undefined {
  if (text === undefined || plainLanguage(text) !== 'en') return undefined;
  const tokens = tokensOf(text);
  const end = firstTokenAfter(tokens, READ);
  let words = 0;
  let found = 0;
  let before = 0;
  for (let token = tokens.from; token < end; token++) {
    if (isWord(token) === 0) continue;
    const word = hashes[token] as number;
    words += 1;
    if (mayEnd[word >>> 16] === 1) found += HEDGES.get(word) | HEDGES.get(pairOf(before, word));
    before = word;
  }
  if (words < LEAST_WORDS) return undefined;
  return found >= LEAST_FOUND && found * 100 >= MOST_A_HUNDRED * words ? HEDGED : GOOD;
}
