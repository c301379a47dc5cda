/** Tokens of an answer as integer hashes: words, numbers, single marks, single Han/Kana/Hangul characters. Written into buffers that are used again: no memory a call. */
export interface Tokens {
  readonly count: number;
  /** Hash of each token. */
  readonly exact: Int32Array;
  /** The same with every number alike, so that "Step 7: divide by 7" and "Step 8: divide by 8" are one. */
  readonly numbersAlike: Int32Array;
}

/** Longest text that is read, in characters; of a longer one the end, where loops are. */
export const MAX_TEXT = 65_536;
const NUMBER_HASH = 35;

const exact = new Int32Array(MAX_TEXT);
const numbersAlike = new Int32Array(MAX_TEXT);

const SPACE = 0, LETTER = 1, DIGIT = 2, RULE = 3, MARK = 4, PAIR = 5;
/** Longest token of each kind. A run without spaces is split, so that "hahaha…" is many tokens; rules of Markdown and tables ("-----") are one. */
const MOST_UNITS = [1, 16, 16, 100, 1, 2];
const kindOfAscii = new Uint8Array(128).map((_, code) => {
  const char = String.fromCharCode(code);
  if (/[a-zA-Z_]/.test(char)) return LETTER;
  if (/[0-9]/.test(char)) return DIGIT;
  if (code <= 32 || code === 127) return SPACE;
  return '-=*~#+'.includes(char) ? RULE : MARK;
});

function kindOf(code: number): number {
  if (code < 128) return kindOfAscii[code] ?? MARK;
  if (code === 0xa0 || (code >= 0x2000 && code <= 0x200f) || code === 0x3000 || code === 0xfeff) return SPACE;
  if (code >= 0xd800 && code <= 0xdbff) return PAIR;
  return code < 0x2010 || (code >= 0x2c00 && code < 0x2e80) ? LETTER : MARK;
}

/** End and hash of the token that was read last. */
let tokenEnd = 0;
let tokenHash = 0;

export function tokensOf(text: string): Tokens {
  const end = text.length;
  let count = 0;
  let at = Math.max(0, end - MAX_TEXT);
  while (at < end) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind === SPACE) {
      at += 1;
      continue;
    }
    readToken(text, at, kind);
    exact[count] = tokenHash;
    numbersAlike[count] = kind === DIGIT ? NUMBER_HASH : tokenHash;
    count += 1;
    at = tokenEnd;
  }
  return { count, exact, numbersAlike };
}

/** FNV-1a over UTF-16 units. Two tokens may share a hash; then they count as one, about once in 2^32. */
function readToken(text: string, from: number, kind: number): void {
  const limit = Math.min(text.length, from + (MOST_UNITS[kind] ?? 1));
  const first = text.charCodeAt(from);
  let hash = Math.imul(0x811c9dc5 ^ first, 0x01000193);
  let at = from + 1;
  for (; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (kind === RULE ? code !== first : kind !== PAIR && kindOf(code) !== kind) break;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  tokenEnd = at;
  tokenHash = hash;
}
