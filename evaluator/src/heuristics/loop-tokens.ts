import { kindOf, lastOf, lengthOf, MOST_UNITS_LONG, TOKEN_BUFFERS, tokensOfLong } from './tokens.ts';
import { DIGIT, FIRST_RULE, PAIR, VALUES } from './unit-table.ts';

/** The tokens of an answer as loops are looked for in them. Written into buffers that are used again. */
export interface LoopTokens {
  readonly count: number;
  /** Hash of each token. */
  readonly exact: Int32Array;
  /** The same with every number alike, so that "Step 7: divide by 7" and "Step 8: divide by 8" are one. */
  readonly numbersAlike: Int32Array;
}

const NUMBER_HASH = 35;
/** From this length on tokens are split, so that "hahaha…" is many; then so many units of each kind are one. Rules of Markdown and tables ("-----") are long. */
const LEAST_SPLIT = 32;
const PIECE = 16, PIECE_OF_RULE = 100, PIECE_OF_PAIR = 2;

const exact = new Int32Array(MOST_UNITS_LONG);
const numbersAlike = new Int32Array(MOST_UNITS_LONG);
const { hashes, units } = TOKEN_BUFFERS;
const NUMBER = DIGIT;

/** Of a text of more than 32,767 characters those of its end, where loops are. */
export function loopTokens(text: string): LoopTokens {
  const { from, to } = tokensOfLong(text);
  let count = 0;
  for (let token = from; token < to; token++) {
    const hash = hashes[token] as number;
    const kind = kindOf(token);
    if (lengthOf(token) >= LEAST_SPLIT) {
      count = splitInto(count, token, kind);
      continue;
    }
    exact[count] = hash;
    numbersAlike[count] = kind === NUMBER ? NUMBER_HASH : hash;
    count += 1;
  }
  return { count, exact, numbersAlike };
}

function splitInto(first: number, token: number, kind: number): number {
  const end = lastOf(token) + 1;
  const piece = pieceOf(kind);
  let count = first;
  for (let at = end - lengthOf(token); at < end; at += piece) {
    const hash = hashOf(at, Math.min(end, at + piece));
    exact[count] = hash;
    numbersAlike[count] = kind === NUMBER ? NUMBER_HASH : hash;
    count += 1;
  }
  return count;
}

function pieceOf(kind: number): number {
  if (kind === PAIR) return PIECE_OF_PAIR;
  return kind >= FIRST_RULE ? PIECE_OF_RULE : PIECE;
}

function hashOf(from: number, end: number): number {
  let hash = 0;
  for (let at = from; at < end; at++) hash = Math.imul(hash, 31) ^ (VALUES[units[at] as number] as number);
  return hash;
}
