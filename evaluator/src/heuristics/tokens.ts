import { ALONE, DIGIT, HAS_SUSPECT, KIND_BITS, LETTER, OTHER_LETTER, SUSPECT, TOKEN_SHIFT, VALUES, WHOLE } from './unit-table.ts';

/** Longest texts that are read, in characters: of most heuristics, and of who needs more. */
const MOST_UNITS = 16_384;
export const MOST_UNITS_LONG = 32_767;
/** Bits of a place that say how long a token is, so that no token is longer. */
const LENGTH_BITS = 15;

/** Room for the kept texts and a long one, a power of two. */
const ROOM = 1 << 17;

/**
 * Of each token of the kept texts its hash, the hash of its first six units and its place, in one number how long it is and where its last unit stands; and the units. Of a text those from `from` up to `to`.
 * Constants of this file: V8 reads an exported constant like a variable, which doubles the time of a loop. Who reads many tokens makes constants of these, too.
 */
const hashes = new Int32Array(ROOM), places = new Int32Array(ROOM), units = new Uint16Array(ROOM);
/** The second half takes what nobody reads: hashes of longer parts. */
const stems = new Int32Array(2 * ROOM);
const bytes = Buffer.from(units.buffer);
export const TOKEN_BUFFERS = { hashes, stems, places, units } as const;

const STEM = 6;
const LENGTH = (1 << LENGTH_BITS) - 1;
const VALUE_OF = VALUES, KIND = KIND_BITS, NOT_ALONE = ~ALONE, SHIFT = TOKEN_SHIFT;
const IS_WORD = new Uint8Array(KIND_BITS + 1).map((_, kind) => Number([LETTER, DIGIT, OTHER_LETTER, WHOLE].includes(kind)));

/**
 * Tokens of a text as integer hashes, in lower case: words, numbers, single marks, single Chinese, Japanese and Korean characters. Two tokens may share a hash; then they count as
 * one, about once in 2^25.
 */
export interface Tokens {
  text: string | undefined;
  /** The first of its tokens and of its units in the buffers; the one after its last token. */
  readonly from: number;
  to: number;
  /** What stands somewhere in what was read: the bits `HAS_…`. */
  has: number;
  /** What small words say of its language, once someone asked: '' when they do not. */
  language: string | undefined;
}

/** One pass over the units without a branch, since what costs a processor most is to guess where words end. */
function tokenise(tokens: Tokens, end: number): void {
  let count = tokens.from | 0;
  let before = 0;
  let hash = 0;
  let length = 0;
  let has = 0;
  for (let at = tokens.from | 0; at < end; at = (at + 1) | 0) {
    const value = VALUE_OF[units[at] as number] as number;
    has |= value;
    // 1 where another kind begins. A kind that stands alone is never the same as the one before, which has lost that bit.
    const begins = ((0 - ((value ^ before) & KIND)) >> 31) & 1;
    const goesOn = (begins - 1) | 0;
    count = (count + (begins & (before >>> SHIFT))) | 0;
    before = value & NOT_ALONE;
    hash = (((hash << 5) | (hash >>> 27)) & goesOn) ^ value;
    length = ((length & goesOn) + 1) | 0;
    hashes[count] = hash;
    stems[(count + (((STEM - length) >> 31) & ROOM)) | 0] = hash;
    places[count] = (at << LENGTH_BITS) | length;
  }
  tokens.to = count + ((before >>> SHIFT) & 1);
  tokens.has = has;
}

function room(from: number): Tokens {
  return { text: undefined, from, to: from, has: 0, language: undefined };
}

function read(tokens: Tokens, text: string, most: number): Tokens {
  tokens.text = text;
  tokens.language = undefined;
  tokenise(tokens, tokens.from + (bytes.write(text, tokens.from * 2, most * 2, 'utf16le') >> 1));
  return tokens;
}

/** The answer, its question and one more: the text that was asked for last comes first. */
let kept: readonly [Tokens, Tokens, Tokens] = [room(0), room(MOST_UNITS), room(2 * MOST_UNITS)];
const long = room(ROOM - MOST_UNITS_LONG);

/** Tokens of the start of a text, up to 16,384 characters. Others stand there after three more texts. */
export function tokensOf(text: string): Tokens {
  const [first, second, third] = kept;
  if (first.text === text) return first;
  const isSecond = second.text === text;
  const found = isSecond ? second : third;
  kept = isSecond ? [second, first, third] : [third, first, second];
  return found.text === text ? found : read(found, text, MOST_UNITS);
}

/** The same for so many characters of the start at least, which may be those of a kept text that goes on otherwise. */
export function tokensOfStart(text: string, characters: number): Tokens {
  if (text.length < characters) return tokensOf(text);
  const start = text.slice(0, characters);
  return kept.find((tokens) => tokens.text?.startsWith(start)) ?? tokensOf(start);
}

/** Tokens of a longer text, of its last 32,767 characters; until the next one. */
export function tokensOfLong(text: string): Tokens {
  return text.length <= MOST_UNITS ? tokensOf(text) : read(long, text.slice(-MOST_UNITS_LONG), MOST_UNITS_LONG);
}

/** Whether a text has anything that broken characters could be made of. */
export function mayHaveSuspects(text: string): boolean {
  return text.length > MOST_UNITS ? SUSPECT.test(text) : (tokensOf(text).has & HAS_SUSPECT) !== 0;
}

/** Where its last unit stands in the buffer. */
export function lastOf(token: number): number {
  return (places[token] as number) >>> LENGTH_BITS;
}

export function lengthOf(token: number): number {
  return (places[token] as number) & LENGTH;
}

export function kindOf(token: number): number {
  return (VALUE_OF[units[lastOf(token)] as number] as number) & KIND;
}

/** 1 for a word of letters, a number, or a Chinese, Japanese or Korean character; 0 for marks and rules. */
export function isWord(token: number): number {
  return IS_WORD[kindOf(token)] as number;
}

/** The token that is the first to end at a character of the text or behind it. */
export function firstTokenAfter({ from, to }: Tokens, character: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lastOf(middle) < from + character) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Hash of a word of letters, as in the tokens of a text. */
export function hashOfWord(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = ((hash << 5) | (hash >>> 27)) ^ (VALUE_OF[word.charCodeAt(at)] as number);
  return hash;
}
