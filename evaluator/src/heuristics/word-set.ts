import { firstTokenAfter, hashOfWord, kindOf, lengthOf, TOKEN_BUFFERS, type Tokens } from './tokens.ts';
import { LETTER } from './unit-table.ts';

/**
 * Content words of texts as a set: words of 4 letters and more of the Latin, Greek and Cyrillic scripts in lower case, by their first 6 letters ("delivered" and "delivery" are
 * one), without the commonest function words. A word is a slot of a table: of a prompt with 100 words one in 600 is taken for another, of one with 1,000 one in 60.
 */
const LEAST_LETTERS = 4;
const STEM = 6;
const SLOT_BITS = 16;
const SLOTS = 1 << SLOT_BITS;
/** How many sets there can be: of the question, the prompt and the answer. */
const MOST_SETS = 3;
/** No text has more. */
const MOST_WORDS = 3 * 16_384;

const FUNCTION_WORDS = (
  'that this with have from what which your about would could should there their they when where will been were into than then them these those some please does also just only more most very such each other over '
  + 'because while being here whether between through after before both many much well like make made need using used '
  + 'nicht eine einer einen eines einem oder aber auch wird werden sind haben über nach beim wenn sich kann können dass diese dieser dieses '
  + 'dans avec pour vous nous cette sont mais plus être avoir comme leur leurs elle elles para como esta este pero sobre entre todo todos desde cuando donde tiene puede porque '
  + 'quando mais muito pela pelo seus suas della delle sono anche come questo questa nella degli если только чтобы может было были также этот которые'
).split(' ');

/** When each slot of each set was filled, as a number that only goes up: nothing has to be cleared. */
const filledAt = new Int32Array(SLOTS * MOST_SETS);
/** The slots of each set that are filled. */
const filled = new Int32Array(MOST_WORDS * MOST_SETS);
/** The function word of each slot. */
const functionWords = new Int32Array(SLOTS);
for (const word of FUNCTION_WORDS) functionWords[slotOf(hashOfWord(word.slice(0, STEM)))] = hashOfWord(word.slice(0, STEM));

const { stems } = TOKEN_BUFFERS;
const WORD = LETTER;
let sets = 0;
let clock = 0;

function slotOf(stem: number): number {
  return Math.imul(stem, 0x9e3779b1) >>> (32 - SLOT_BITS);
}

/** 1 for every number but 0, without a branch. */
function isSome(number: number): number {
  return ((0 - number) | number) >>> 31;
}

export class WordSet {
  readonly #set = sets++;
  #size = 0;
  #clearedAt = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    clock += 1;
    this.#clearedAt = clock;
    this.#size = 0;
  }

  /** Adds the content words among the tokens that end before a character. Without a branch a word: which words are content, and which are new, cannot be guessed. */
  add(tokens: Tokens, character: number): void {
    const end = firstTokenAfter(tokens, character);
    const now = this.#clearedAt;
    const first = this.#set * MOST_WORDS;
    const base = this.#set * SLOTS;
    let next = first + this.#size;
    for (let token = tokens.from; token < end; token++) {
      const stem = stems[token] as number;
      const slot = slotOf(stem);
      const counts = (isSome(kindOf(token) ^ WORD) ^ 1) & ((LEAST_LETTERS - 1 - lengthOf(token)) >>> 31) & isSome((functionWords[slot] as number) ^ stem);
      // Slot 0 takes what does not count.
      const place = base + (slot & (0 - counts));
      filled[next] = place - base;
      next = (next + (isSome((filledAt[place] as number) ^ now) & counts)) | 0;
      filledAt[place] = now;
    }
    this.#size = next - first;
  }

  /** How many of its words the other set lacks. */
  lackingIn(other: WordSet): number {
    const first = this.#set * MOST_WORDS;
    const end = first + this.#size;
    const base = other.#set * SLOTS;
    const now = other.#clearedAt;
    let lacking = 0;
    for (let i = first; i < end; i++) lacking += isSome((filledAt[base + (filled[i] as number)] as number) ^ now);
    return lacking;
  }
}
