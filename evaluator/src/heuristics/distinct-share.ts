/** Tokens of a window, and by how much windows are apart. */
const WINDOW = 128;
const STEP = 32;
/** Slots of the counting table: a power of two, large enough that 126 triples rarely share one (2 in 126). */
const SLOTS = 4096;

const counts = new Uint16Array(SLOTS);

/**
 * The smallest share of distinct triples of tokens in any window of 128 tokens, 1 for shorter texts. One pass: a triple enters and leaves the table once.
 */
export function leastDistinctShare(tokens: Int32Array, count: number): number {
  const triples = count - 2;
  const width = WINDOW - 2;
  let distinct = 0;
  let least = 1;
  for (let i = 0; i < triples; i++) {
    const entering = slotOf(tokens, i);
    if (counts[entering] === 0) distinct += 1;
    counts[entering] = (counts[entering] ?? 0) + 1;
    if (i >= width) distinct -= leave(tokens, i - width);
    if (i >= width - 1 && (i - width + 1) % STEP === 0) least = Math.min(least, distinct / width);
  }
  for (let i = Math.max(0, triples - width); i < triples; i++) leave(tokens, i);
  return least;
}

function slotOf(tokens: Int32Array, at: number): number {
  const mixed = Math.imul(tokens[at] ?? 0, 0x9e3779b1) ^ Math.imul((tokens[at + 1] ?? 0) + 0x7f4a7c15, 0x85ebca6b) ^ Math.imul((tokens[at + 2] ?? 0) + 0x165667b1, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
}

/** Takes a triple out; 1 when it was the last of its kind. */
function leave(tokens: Int32Array, at: number): 0 | 1 {
  const slot = slotOf(tokens, at);
  const left = (counts[slot] ?? 1) - 1;
  counts[slot] = left;
  return left === 0 ? 1 : 0;
}
