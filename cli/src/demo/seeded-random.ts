import { hash32 } from '@understudy/contracts/hash32';

/** A stream of numbers that is the same for the same words: the demo's latencies and texts can be had again. */
export interface SeededRandom {
  /** In [0, 1). */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly [T, ...T[]]) => T;
  readonly between: (low: number, high: number) => number;
  /** Standard normal, by Box and Muller. */
  readonly normal: () => number;
}

export function seededRandom(...words: readonly (string | number)[]): SeededRandom {
  let state = hash32(words.join('\u0000'));
  // mulberry32 (public domain): 32 bits of state are plenty for a demo.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
