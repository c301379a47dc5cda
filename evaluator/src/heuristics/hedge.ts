import type { Answer } from './answer.ts';
import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';
import { plainLanguage } from './small-words.ts';
import { hashOfWord, hashWords, wordBuffers } from './word-hashes.ts';

/** What is read of an answer: hedges stand where it starts as often as where it ends. */
const READ = 600;
const LEAST_WORDS = 20;
/** Hedges per 100 words, and in all, that make an answer one that hedges; ordinary ones have 0.2-0.5 a hundred. */
const MOST_A_HUNDRED = 2;
const LEAST_FOUND = 2;

const WORDS = new Set('perhaps maybe possibly probably arguably presumably unclear supposedly'.split(' ').map(hashOfWord));
const PAIRS = new Set([
  'it depends', 'depending on', 'not sure', 'not certain', 'entirely sure', 'entirely certain', 'completely sure', 'quite sure', 'i think', 'i believe', 'i suppose', 'i guess', 'i assume', 'i suspect', 'might be', 'may be', 'could be', 'might have', 'may have', 'could have',
  'seems that', 'seems to', 'seems like', 'appears that', 'appears to', 'generally speaking', 'broadly speaking', 'roughly speaking', 'some cases', 'some ways', 'some extent', 'more or', 'sort of', 'my knowledge',
].map((pair) => {
  const [first = '', second = ''] = pair.split(' ');
  return pairOf(hashOfWord(first), hashOfWord(second));
}));

function pairOf(first: number, second: number): number {
  return Math.imul(first, 31) ^ second;
}

/** Whether a hedge may have such a hash, by its last bits. */
const MAY_BE = new Uint8Array(1 << 12);
for (const hash of [...WORDS, ...PAIRS]) MAY_BE[hash & (MAY_BE.length - 1)] = 1;

const HEDGED = bad('hedge');

/** 1 when an English answer has two or more hedges in 100 words. Undefined for short answers, and for other languages, of which there is no list. */
export const hedge: Heuristic = { signal: 'hedge', version: 1, score };

function score({ text }: Answer): Finding | undefined {
  if (text === undefined || plainLanguage(text) !== 'en') return undefined;
  const words = hashWords(text, READ);
  if (words < LEAST_WORDS) return undefined;
  const found = hedgesIn(words);
  return found >= LEAST_FOUND && found * 100 >= MOST_A_HUNDRED * words ? HEDGED : GOOD;
}

function hedgesIn(words: number): number {
  const { hashes } = wordBuffers();
  let found = 0;
  let before = 0;
  for (let i = 0; i < words; i++) {
    const word = hashes[i] as number;
    const pair = pairOf(before, word);
    if ((MAY_BE[word & (MAY_BE.length - 1)] === 1 && WORDS.has(word)) || (MAY_BE[pair & (MAY_BE.length - 1)] === 1 && PAIRS.has(pair))) found += 1;
    before = word;
  }
  return found;
}
