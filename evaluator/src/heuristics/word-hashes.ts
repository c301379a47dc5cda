/** Longest text that is read, in characters. */
export const MOST_UNITS = 32_768;
const PRIME = 0x01000193;
const SEED = 0x811c9dc5;

/** Of each UTF-16 unit: the letter or digit in lower case (that of ASCII, Latin-1, Greek and Cyrillic), or 0 for what ends a word. */
const FOLDED = new Uint16Array(0x10000).map((_, unit) => foldedUnit(unit));

function foldedUnit(unit: number): number {
  const char = String.fromCharCode(unit);
  if (unit < 0x530) return /[\p{L}\p{M}\p{N}']/u.test(char) ? char.toLowerCase().charCodeAt(0) : 0;
  const isMark = (unit >= 0x2000 && unit < 0x2c00) || (unit >= 0x2e00 && unit < 0x2e80) || (unit >= 0x3000 && unit < 0x3040) || unit >= 0xfe00;
  return isMark || unit === 0x60c || unit === 0x61f || unit === 0x6d4 || unit === 0x964 || unit === 0x965 ? 0 : unit;
}

/** Words of a text by hash, with where each starts and ends. Buffers that are used again. */
export interface WordHashes { readonly hashes: Int32Array; readonly starts: Int32Array; readonly ends: Int32Array }

const buffers: WordHashes = { hashes: new Int32Array(MOST_UNITS), starts: new Int32Array(MOST_UNITS), ends: new Int32Array(MOST_UNITS) };

/** The text's units: reading a typed array is faster than asking a string. Two marks behind the end, so that nothing has to ask where it is. */
const units = new Uint16Array(MOST_UNITS + 2);
const unitBytes = Buffer.from(units.buffer);

/** Hashes the words of the first `limit` characters; how many there are. Each Chinese character and Japanese kana is a word. */
export function hashWords(text: string, limit: number): number {
  const { hashes, starts, ends } = buffers;
  const end = unitBytes.write(text.length > limit ? text.slice(0, limit) : text, 0, MOST_UNITS * 2, 'utf16le') / 2;
  units[end] = 0;
  let count = 0;
  let at = 0;
  while (at < end) {
    let letter = FOLDED[units[at] as number] as number;
    if (letter === 0) {
      at += 1;
      continue;
    }
    starts[count] = at;
    const isOne = isWhole(letter);
    let hash = SEED;
    do {
      hash = Math.imul(hash ^ letter, PRIME);
      at += 1;
      letter = FOLDED[units[at] as number] as number;
    } while (letter !== 0 && !isOne && !isWhole(letter));
    hashes[count] = hash;
    ends[count] = at;
    count += 1;
  }
  return count;
}

/** A character that is a word of its own. */
function isWhole(letter: number): boolean {
  return letter >= 0x3040 && letter < 0xa000;
}

export function wordBuffers(): WordHashes {
  return buffers;
}
