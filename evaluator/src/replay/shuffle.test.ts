import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shuffled } from './shuffle.ts';

it('keeps every item, and the same seed gives the same order', () => {
  fc.assert(fc.property(fc.array(fc.nat()), fc.integer(), (items, seed) => {
    const order = shuffled(items, seed);
    expect(order.toSorted((one, other) => one - other)).toEqual(items.toSorted((one, other) => one - other));
    expect(shuffled(items, seed)).toEqual(order);
  }));
});

it('gives neighbouring seeds different orders, and every item a fair chance of the first place', () => {
  const items = Array.from({ length: 10 }, (_, i) => i);
  const firsts = new Array<number>(10).fill(0);
  for (let seed = 0; seed < 10_000; seed++) firsts[shuffled(items, seed)[0] ?? 0] = (firsts[shuffled(items, seed)[0] ?? 0] ?? 0) + 1;
  // 1,000 each, standard deviation 30.
  for (const count of firsts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
