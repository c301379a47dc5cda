import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';
import type { Answer } from './answer.ts';
import { ENGLISH_LAZY, ENGLISH_TRIGGERS, OTHER_LAZY } from './lazy-phrases.ts';
import { isReadable } from './refusal-phrases-other-languages.ts';

const LAZY = bad('lazy');
/** Longest text that is searched. */
const READ = 16_384;
const HEAD = 600;

/** 1 when an answer has a placeholder where the work should be ("// ... rest of the code"). Being short is not being lazy. Undefined in languages that have no list. */
export const lazy: Heuristic = { signal: 'lazy', version: 1, score };

function score({ text }: Answer): Finding | undefined {
  if (text === undefined) return undefined;
  const read = text.length > READ ? text.slice(0, READ) : text;
  // Searching for a few fixed words is far faster than the pattern, and texts in other languages have letters that ASCII lacks.
  if (ENGLISH_TRIGGERS.some((trigger) => read.includes(trigger)) && ENGLISH_LAZY.test(read)) return LAZY;
  // As many bytes as units: plain ASCII, which is readable.
  if (Buffer.byteLength(read) === read.length) return GOOD;
  if (OTHER_LAZY.test(read)) return LAZY;
  return isReadable(read.slice(0, HEAD).toLowerCase()) ? GOOD : undefined;
}
