/** How many tokens of the end are searched for repetition. */
const TAIL = 512;
/** Tokens that may be missing from the last round: a word that was cut, a mark. */
const MOST_DROPPED = 2;

/** `repeats` rounds of `period` tokens, `tokens` in all, up to the end. */
export interface Repetition { readonly period: number; readonly tokens: number }

const border = new Int32Array(TAIL + 1);

/**
 * Whether the end of the sequence repeats itself in a way that `isLoop` accepts: the failure function of Knuth, Morris and Pratt over the reversed tail gives for every
 * suffix its smallest period, in one pass (twice the tail in steps, whatever the tokens).
 */
export function tailRepeats(tokens: Int32Array, count: number, isLoop: (repetition: Repetition) => boolean): boolean {
  for (let dropped = 0; dropped <= MOST_DROPPED && dropped < count; dropped++) {
    if (endRecurs(tokens, count - dropped) && repeatsUpTo(tokens, count - dropped, isLoop)) return true;
  }
  return false;
}

/** Three rounds hold their last two tokens three times: most answers do not, which spares them the search. */
function endRecurs(tokens: Int32Array, end: number): boolean {
  const last = tokens[end - 1];
  const before = tokens[end - 2];
  let found = 0;
  for (let i = end - 2; i > 0 && i >= end - TAIL; i--) {
    if (tokens[i] !== last || tokens[i - 1] !== before) continue;
    found += 1;
    if (found === 2) return true;
  }
  return false;
}

function repeatsUpTo(tokens: Int32Array, end: number, isLoop: (repetition: Repetition) => boolean): boolean {
  const length = Math.min(TAIL, end);
  const last = end - 1;
  let matched = 0;
  border[0] = 0;
  for (let i = 1; i < length; i++) {
    const token = tokens[last - i];
    while (matched > 0 && token !== tokens[last - matched]) matched = border[matched - 1] ?? 0;
    if (token === tokens[last - matched]) matched += 1;
    border[i] = matched;
    // At least twice the period, else nothing was repeated.
    if (matched * 2 > i && isLoop({ period: i + 1 - matched, tokens: i + 1 })) return true;
  }
  return false;
}
