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
/** The text's UTF-16 units: reading a typed array is faster than asking a string. */
const units = new Uint16Array(MAX_TEXT);
const unitBytes = Buffer.from(units.buffer);

const SPACE = 0, LETTER = 1, DIGIT = 2, RULE = 3, MARK = 4, PAIR = 5;
/** Longest token of each kind. A run without spaces is split, so that "hahaha…" is many tokens; rules of Markdown and tables ("-----") are one. */
const MOST_UNITS = [1, 16, 16, 100, 1, 2];
const kinds = new Uint8Array(0x10000).map((_, unit) => kindOf(unit));

function kindOf(unit: number): number {
  if (unit < 128) return kindOfAscii(unit);
  if (unit === 0xa0 || (unit >= 0x2000 && unit <= 0x200f) || unit === 0x3000 || unit === 0xfeff) return SPACE;
  if (unit >= 0xd800 && unit <= 0xdbff) return PAIR;
  return unit < 0x2010 || (unit >= 0x2c00 && unit < 0x2e80) ? LETTER : MARK;
}

function kindOfAscii(unit: number): number {
  const char = String.fromCharCode(unit);
  if (/[a-zA-Z_]/.test(char)) return LETTER;
  if (/[0-9]/.test(char)) return DIGIT;
  if (unit <= 32 || unit === 127) return SPACE;
  return '-=*~#+'.includes(char) ? RULE : MARK;
}

export function tokensOf(text: string): Tokens {
  const end = unitBytes.write(text.length > MAX_TEXT ? text.slice(-MAX_TEXT) : text, 0, 'utf16le') / 2;
  let count = 0;
  let at = 0;
  while (at < end) {
    const first = units[at] as number;
    const kind = kinds[first] as number;
    at += 1;
    if (kind === SPACE) continue;
    // FNV-1a over UTF-16 units. Two tokens may share a hash; then they count as one, about once in 2^32.
    let hash = Math.imul(0x811c9dc5 ^ first, 0x01000193);
    const limit = Math.min(end, at - 1 + (MOST_UNITS[kind] as number));
    while (at < limit && goesOn(kind, first, units[at] as number)) {
      hash = Math.imul(hash ^ (units[at] as number), 0x01000193);
      at += 1;
    }
    exact[count] = hash;
    numbersAlike[count] = kind === DIGIT ? NUMBER_HASH : hash;
    count += 1;
  }
  return { count, exact, numbersAlike };
}

function goesOn(kind: number, first: number, unit: number): boolean {
  return kind === RULE ? unit === first : kind === PAIR || kinds[unit] === kind;
}
