import { tokensOf } from './tokens.ts';
import { WordSet } from './word-set.ts';

/** More than any text has that is read. */
const ALL = 1 << 20;

/** The content words of texts; those of the last texts are kept, since several heuristics ask for them. */
export class TextWords {
  readonly #words = new WordSet();
  readonly #limit: number;
  #first: string | undefined;
  #second: string | undefined;
  #third: string | undefined;

  /** `limit`: how many characters of each text are read. */
  constructor(limit = ALL) {
    this.#limit = limit;
  }

  of(first: string | undefined, second?: string, third?: string): WordSet {
    if (first === this.#first && second === this.#second && third === this.#third) return this.#words;
    this.#first = first;
    this.#second = second;
    this.#third = third;
    this.#words.clear();
    for (const text of [first, second, third]) if (text !== undefined) this.#words.add(tokensOf(text), this.#limit);
    return this.#words;
  }
}
