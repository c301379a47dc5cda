import { MOST_UNITS_LONG } from './tokens.ts';

/** Tokens of a window, and by how much windows are apart. */
const WINDOW = 128;
const STEP = 32;
/** Slots of the counting table: a power of two, large enough that 126 triples rarely share one (2 in 126). */
const SLOTS = 4096;

const counts = new Uint16Array(SLOTS);
/** Slot of each triple of the text under way. */
const slots = new Uint16Array(MOST_UNITS_LONG);

/**
 * The smallest share of distinct triples of tokens in any window of 128 tokens, 1 for shorter texts. One pass: a triple enters and leaves the table once.
 */
export function leastDistinctShare(tokens: Int32Array, count: number): number {
  const triples = count - 2;
  const width = WINDOW - 2;
  if (triples < width) return 1;
  let distinct = 0;
  let least = 1;
  for (let i = 0; i < triples; i++) {
    const slot = slotOf(tokens[i] as number, tokens[i + 1] as number, tokens[i + 2] as number);
    slots[i] = slot;
    const before = counts[slot] as number;
    if (before === 0) distinct += 1;
    counts[slot] = before + 1;
    if (i >= width) distinct -= leave(i - width);
    if (i >= width - 1 && (i - width + 1) % STEP === 0) least = Math.min(least, distinct / width);
  }
  for (let i = triples - width; i < triples; i++) leave(i);
  return least;
}

function slotOf(first: number, second: number, third: number): number {
  const mixed = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
}

/** Takes a triple out; 1 when it was the last of its kind. */
function leave(triple: number): 0 | 1 {
  const slot = slots[triple] as number;
  const left = (counts[slot] as number) - 1;
  counts[slot] = left;
  return left === 0 ? 1 : 0;
}
