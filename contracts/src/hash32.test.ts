import { expect, it } from 'vitest';
import { fnv1a, hash32, unitHash } from './hash32.ts';
import { partitionOf } from './topics.ts';

it('is FNV-1a as published, and the partition of a key follows from it', () => {
  // http://www.isthe.com/chongo/tech/comp/fnv/: the offset basis for nothing, "a" → e40c292c, "foobar" → bf9cf968.
  expect(['', 'a', 'foobar'].map((text) => (fnv1a(text) >>> 0).toString(16))).toEqual(['811c9dc5', 'e40c292c', 'bf9cf968']);
  expect(partitionOf('foobar', 1_000)).toBe(0xbf9cf968 % 1_000);
});

it('goes on from where another text ended, and spreads near texts', () => {
  expect(fnv1a('bar', fnv1a('foo'))).toBe(fnv1a('foobar'));
  const units = Array.from({ length: 10_000 }, (_, index) => unitHash(`id-${index}`));
  for (let tenth = 0; tenth < 10; tenth++) expect(units.filter((unit) => Math.floor(unit * 10) === tenth).length).toBeGreaterThan(850);
  expect(hash32('id-1')).toBe(unitHash('id-1') * 2 ** 32);
});
