import { hashWords, MOST_UNITS, wordBuffers } from './word-hashes.ts';

/** Words in a row that nobody writes by chance, and characters of writing without spaces. */
const WORDS = 12;
const UNSPACED = 30;
const BASE = 0x01000193;
const SLOTS = 1 << 16;

/** Runs of words of a text, by hash. */
export interface Shingles {
  readonly width: number;
  /** One bit a hash: most lookups end here. */
  readonly slots: Uint8Array;
  readonly hashes: ReadonlySet<number>;
}

/** Undefined when the text has not one run of that length. */
export function shinglesOf(text: string): Shingles | undefined {
  const width = isUnspaced(text) ? UNSPACED : WORDS;
  const hashes = new Set<number>();
  const slots = new Uint8Array(SLOTS / 8);
  eachShingle(text, width, (hash) => {
    hashes.add(hash);
    const slot = hash & (SLOTS - 1);
    slots[slot >> 3] = (slots[slot >> 3] as number) | (1 << (slot & 7));
    return false;
  });
  return hashes.size === 0 ? undefined : { width, slots, hashes };
}

/** The first run of words of `text` that is in `shingles`, by its hash; as it stands in the text. */
export function sharedRun(text: string, { width, slots, hashes }: Shingles, isShared: (run: string) => boolean): boolean {
  return eachShingle(text, width, (hash, from, to) => {
    const slot = hash & (SLOTS - 1);
    return ((slots[slot >> 3] as number) >> (slot & 7) & 1) === 1 && hashes.has(hash) && isShared(text.slice(from, to));
  });
}

/** Visits every run of `width` words until `visit` says true. A rolling hash: the work does not grow with the width. */
function eachShingle(text: string, width: number, visit: (hash: number, from: number, to: number) => boolean): boolean {
  const count = hashWords(text, MOST_UNITS);
  const { hashes: words, starts, ends } = wordBuffers();
  let highest = 1;
  for (let i = 1; i < width; i++) highest = Math.imul(highest, BASE);
  let hash = 0;
  for (let i = 0; i < count; i++) {
    if (i >= width) hash = (hash - Math.imul(words[i - width] as number, highest)) | 0;
    hash = (Math.imul(hash, BASE) + (words[i] as number)) | 0;
    if (i >= width - 1 && visit(hash, starts[i - width + 1] as number, ends[i] as number)) return true;
  }
  return false;
}

function isUnspaced(text: string): boolean {
  const read = text.slice(0, 500);
  return (read.match(/[\u3040-\u9fff]/g)?.length ?? 0) * 2 > read.length;
}

/** The same words with one space between them: what two runs with the same hash are compared by. */
export function plainWords(text: string): string {
  return text.slice(0, MOST_UNITS).toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim();
}
