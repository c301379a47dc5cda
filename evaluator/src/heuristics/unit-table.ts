/** What kind of token a UTF-16 unit is part of. Runs of one kind are one token; each unit of a kind with the bit ALONE is one of its own; without that bit no other kind is the same. Zero: no token. */
export const LETTER = 1, DIGIT = 2, OTHER_LETTER = 3, PAIR = 4, ALONE = 32, MARK = ALONE | 5, WHOLE = ALONE | 6;
export const KIND_BITS = 63;
/** Set for every unit of a token. */
export const TOKEN_SHIFT = 6;
const LOW_BITS = 1023;
/** From here on: one kind for each character that rules of Markdown and tables are made of. */
export const FIRST_RULE = 8;
const RULES = '-=*~#+_';

/** What stands somewhere in a text, as bits. */
export const HAS_BEYOND_ASCII = 128, HAS_SUSPECT = 256, HAS_COMMENT = 512;

/** Letters of the Latin, Greek and Cyrillic scripts lie below it. */
const LETTER_CODES = 0x530;
/** Chinese, Japanese and Korean characters. */
const EACH_A_WORD = /[\u3040-\u9fff\uac00-\ud7af]/;
/** What broken characters can be made of: all that is not plainly text, and the letters that UTF-8 read as Latin-1 begins with. */
export const SUSPECT = /[^\t\n\f\r -~\u00a1-\u00c1\u00c4-\u00e1\u00e3-\u00ee\u00f1-\u05ff\u0900-\ud7ff\uf900-\ufffb]|[\u00c2\u00c3\u00e2\u00ef\u00f0]/;

/** Of each unit a random number, that of its lower case, with its kind and what it makes a text have in the low bits: what hashes are made of. */
export const VALUES = new Int32Array(0x10000);
let state = 1;
for (let unit = 0; unit < VALUES.length; unit++) {
  // Xorshift of 32 bits (Marsaglia).
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  VALUES[unit] = state;
}
for (let unit = VALUES.length - 1; unit >= 0; unit--) {
  const kind = kindOf(unit);
  VALUES[unit] = ((VALUES[foldedUnit(unit)] as number) & ~LOW_BITS) | kind | (kind === 0 ? 0 : 1 << TOKEN_SHIFT) | marksOf(String.fromCharCode(unit), unit);
}

function foldedUnit(unit: number): number {
  if (unit >= LETTER_CODES) return unit;
  const folded = String.fromCharCode(unit).toLowerCase().charCodeAt(0);
  return folded < LETTER_CODES ? folded : unit;
}

function kindOf(unit: number): number {
  const char = String.fromCharCode(unit);
  if (unit <= 32 || unit === 127 || '\u00a0\u3000\ufeff'.includes(char) || (unit >= 0x2000 && unit <= 0x200f)) return 0;
  if (/[0-9]/.test(char)) return DIGIT;
  if (RULES.includes(char)) return FIRST_RULE + RULES.indexOf(char);
  if (unit < LETTER_CODES) return /[\p{L}\p{M}]/u.test(char) ? LETTER : MARK;
  return kindBeyond(unit, char);
}

function kindBeyond(unit: number, char: string): number {
  if (unit >= 0xd800 && unit <= 0xdfff) return PAIR;
  if (unit < 0x2000 || (unit >= 0x2c00 && unit < 0x2e00)) return /\p{P}/u.test(char) ? MARK : OTHER_LETTER;
  return EACH_A_WORD.test(char) ? WHOLE : MARK;
}

function marksOf(char: string, unit: number): number {
  return (unit > 127 ? HAS_BEYOND_ASCII : 0) | (SUSPECT.test(char) ? HAS_SUSPECT : 0) | ('…/#<['.includes(char) ? HAS_COMMENT : 0);
}
