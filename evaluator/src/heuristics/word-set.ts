/**
 * Content words of a text as a set of hashes: words of 4 letters and more of the Latin, Greek and Cyrillic scripts in lower case, by their first 6 letters ("delivered" and
 * "delivery" are one), without the commonest function words. One pass, into buffers that are used again.
 */
const MAX_READ = 16_384;
const LEAST_LETTERS = 4;
const STEM = 6;
/** Letters of the scripts that are read lie below it. */
const LETTER_CODES = 0x530;

const units = new Uint16Array(MAX_READ + 2);
const unitBytes = Buffer.from(units.buffer);

/** Each letter's lower case, 0 for all that is no letter of these scripts. */
const lower = new Uint16Array(0x10000).map((_, code) => {
  if (code >= LETTER_CODES || !/\p{L}/u.test(String.fromCharCode(code))) return 0;
  const folded = String.fromCharCode(code).toLowerCase().charCodeAt(0);
  return folded < LETTER_CODES ? folded : code;
});

const FUNCTION_WORDS = (
  'that this with have from what which your about would could should there their they when where will been were into than then them these those some please does also just only more most very such each other over '
  + 'because while being here whether between through after before both many much well like make made need using used '
  + 'nicht eine einer einen eines einem oder aber auch wird werden sind haben über nach beim wenn sich kann können dass diese dieser dieses '
  + 'dans avec pour vous nous cette sont mais plus être avoir comme leur leurs elle elles para como esta este pero sobre entre todo todos desde cuando donde tiene puede porque '
  + 'quando mais muito pela pelo seus suas della delle sono anche come questo questa nella degli если только чтобы может было были также этот которые'
).split(' ');

/** Function words by the same hash. A content word with the same first six letters is left out with them. */
const functionWords = new Set<number>();
/** Most words are told to be none of them by one bit. */
const mayBeFunctionWord = new Uint8Array(0x10000);
/** Hashes of the text under way. */
const found = new Int32Array(MAX_READ / LEAST_LETTERS);

/**
 * Content words of the first `limit` characters into `found`; how many. The first four letters are read one after the other, in 8 bits each, and mixed with the next two: what
 * this costs are the guesses of the processor about where words end, about 3 ns a character.
 */
function findWords(text: string, limit: number): number {
  const end = unitBytes.write(text.length > limit ? text.slice(0, limit) : text, 0, 'utf16le') / 2;
  // Two marks behind the end, so that nothing has to ask where it is.
  units[end] = 0;
  units[end + 1] = 0;
  let count = 0;
  cursor = 0;
  while (cursor < end) {
    const word = nextWord();
    if (word === 0 || (mayBeFunctionWord[word & 0xffff] === 1 && functionWords.has(word))) continue;
    found[count] = word;
    count += 1;
  }
  return count;
}

let cursor = 0;

/** Reads on to behind the next mark or word; 0 when that was no word of four letters. */
function nextWord(): number {
  const first = letterAt(cursor++);
  if (first === 0) return 0;
  const second = letterAt(cursor++);
  if (second === 0) return 0;
  const third = letterAt(cursor++);
  if (third === 0) return 0;
  const fourth = letterAt(cursor++);
  if (fourth === 0) return 0;
  let word = first ^ (second << 8) ^ (third << 16) ^ (fourth << 24);
  for (let more = 0; more < STEM - LEAST_LETTERS && letterAt(cursor) !== 0; more++) word = mixed(word, letterAt(cursor++));
  while (letterAt(cursor) !== 0) cursor += 1;
  return word;
}

function letterAt(at: number): number {
  return lower[units[at] as number] as number;
}

function mixed(word: number, letter: number): number {
  return Math.imul(word ^ letter, 0x01000193);
}

for (const text of FUNCTION_WORDS) {
  if (findWords(text, MAX_READ) !== 1) continue;
  const word = found[0] as number;
  functionWords.add(word);
  mayBeFunctionWord[word & 0xffff] = 1;
}

export class WordSet {
  /** 0: free. No word is 0: its letters are none. */
  readonly #slots: Int32Array;
  readonly #words: Int32Array;
  readonly #limit: number;
  #size = 0;

  /** `limit`: how many characters of a text are read. */
  constructor(limit = MAX_READ) {
    this.#limit = Math.min(limit, MAX_READ);
    const words = Math.ceil(this.#limit / LEAST_LETTERS);
    // At most half full, and a power of two.
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * words)));
    this.#words = new Int32Array(words);
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    // In reverse: what was put in last stands behind what it had to make way for.
    for (let i = this.#size - 1; i >= 0; i--) this.#slots[this.#slotOf(this.#words[i] as number)] = 0;
    this.#size = 0;
  }

  /** Adds the content words of a text. */
  add(text: string): void {
    const count = findWords(text, this.#limit);
    const slots = this.#slots;
    const words = this.#words;
    let size = this.#size;
    for (let i = 0; i < count && size < words.length; i++) {
      const word = found[i] as number;
      let slot = hashOf(word) & (slots.length - 1);
      while (slots[slot] !== 0 && slots[slot] !== word) slot = (slot + 1) & (slots.length - 1);
      if (slots[slot] === word) continue;
      slots[slot] = word;
      words[size] = word;
      size += 1;
    }
    this.#size = size;
  }

  /** How many of its words the other set lacks. */
  lackingIn(other: WordSet): number {
    let lacking = 0;
    for (let i = 0; i < this.#size; i++) {
      const word = this.#words[i] as number;
      if (other.#slots[other.#slotOf(word)] !== word) lacking += 1;
    }
    return lacking;
  }

  /** Where a word stands, or the free slot where it would. */
  #slotOf(word: number): number {
    const slots = this.#slots;
    let slot = hashOf(word) & (slots.length - 1);
    while (slots[slot] !== 0 && slots[slot] !== word) slot = (slot + 1) & (slots.length - 1);
    return slot;
  }
}

/** The low bits of a word are its first letter: they are mixed with all others. */
function hashOf(word: number): number {
  return Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) >>> 13;
}
