import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';
import type { Answer } from './answer.ts';
import { ENGLISH_LAZY, ENGLISH_TRIGGER_MARKS, ENGLISH_TRIGGER_WORDS, OTHER_LAZY } from './lazy-phrases.ts';
import { isReadable } from './refusal-phrases-other-languages.ts';
import { hashOfWord, TOKEN_BUFFERS, type Tokens, tokensOf } from './tokens.ts';
import { HAS_BEYOND_ASCII, HAS_COMMENT } from './unit-table.ts';

const LAZY = bad('lazy');
/** Longest text that is searched. */
const READ = 16_384;
const HEAD = 600;

/** 1 when an answer has a placeholder where the work should be ("// ... rest of the code"). Being short is not being lazy. Undefined in languages that have no list. */
export const lazy: Heuristic = { signal: 'lazy', version: 1, score };

/** 1 for the trigger words, by a part of their hash. */
const isTrigger = new Uint8Array(1 << 16);
for (const word of ENGLISH_TRIGGER_WORDS) isTrigger[hashOfWord(word) >>> 16] = 1;
const { hashes } = TOKEN_BUFFERS;

function score({ text }: Answer): Finding | undefined {
  if (text === undefined) return undefined;
  const read = text.length > READ ? text.slice(0, READ) : text;
  const tokens = tokensOf(text);
  if (mayBeEnglish(tokens, read) && ENGLISH_LAZY.test(read)) return LAZY;
  // Texts in other languages have letters that ASCII lacks.
  if ((tokens.has & HAS_BEYOND_ASCII) === 0) return GOOD;
  if (OTHER_LAZY.test(read)) return LAZY;
  return isReadable(read.slice(0, HEAD).toLowerCase()) ? GOOD : undefined;
}

/** Most answers have neither such a mark nor such a word, which is found out far faster than by the pattern. */
function mayBeEnglish(tokens: Tokens, read: string): boolean {
  return hasTriggerWord(tokens) || read.includes('...') || ((tokens.has & HAS_COMMENT) !== 0 && ENGLISH_TRIGGER_MARKS.some((mark) => read.includes(mark)));
}

function hasTriggerWord({ from, to }: Tokens): boolean {
  let found = 0;
  for (let token = from; token < to; token++) found += isTrigger[(hashes[token] as number) >>> 16] as number;
  return found > 0;
}
