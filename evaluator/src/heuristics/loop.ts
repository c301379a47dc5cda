import { leastDistinctShare } from './distinct-share.ts';
import { loopTokens } from './loop-tokens.ts';
import { type Repetition, tailRepeats } from './tail-repeats.ts';

/** Below this share of distinct triples somewhere, an answer went round in circles even if it came out again. */
const LEAST_DISTINCT = 0.3;
const LEAST_TOKENS = 16;

export type LoopKind = 'tail' | 'window' | 'counter';

/** 1 when the answer repeats itself without end. */
export function loop(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return loopKind(text) === undefined ? 0 : 1;
}

/**
 * tail: the answer ends in the same words over and over; window: it did so somewhere; counter: it ends so but for numbers that count on.
 * All three by tokens, none by compression: a list of similar steps compresses well and is no loop.
 */
export function loopKind(text: string): LoopKind | undefined {
  const { count, exact, numbersAlike } = loopTokens(text);
  if (count < LEAST_TOKENS) return undefined;
  // What repeats exactly repeats with its numbers alike too: most answers end here.
  if (tailRepeats(numbersAlike, count, (found) => isExactLoop(found) || isCounterLoop(found))) {
    if (tailRepeats(exact, count, isExactLoop)) return 'tail';
    if (tailRepeats(numbersAlike, count, isCounterLoop)) return 'counter';
  }
  return leastDistinctShare(exact, count) < LEAST_DISTINCT ? 'window' : undefined;
}

/** Three rounds of at least 24 tokens, or 8 rounds of one or two tokens. */
function isExactLoop({ period, tokens }: Repetition): boolean {
  const rounds = tokens / period;
  return (rounds >= 3 && tokens >= 24) || (period <= 2 && rounds >= 8 && tokens >= 16);
}

/** Lists of numbered steps are normal, so that counting on is a loop only after many long rounds. */
function isCounterLoop({ period, tokens }: Repetition): boolean {
  return period >= 8 && tokens >= 120 && tokens / period >= 8;
}
