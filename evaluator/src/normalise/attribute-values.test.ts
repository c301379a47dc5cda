import type { AttributeValue } from '@understudy/contracts/otlp/span-reader';
import { expect, it } from 'vitest';
import { numberOf, textOf, textsOf } from './attribute-values.ts';

const with_ = (value: AttributeValue) => new Map<string, AttributeValue>([['name', value]]);

it('reads numbers that come as text, and nothing else as a number', () => {
  expect(numberOf(with_(12), 'name')).toBe(12);
  expect(numberOf(with_('12.5'), 'name')).toBe(12.5);
  expect(numberOf(with_(12n), 'name')).toBe(12);
  for (const value of ['', ' ', 'twelve', Number.NaN, Number.POSITIVE_INFINITY, true, [12], undefined]) expect(numberOf(with_(value), 'name')).toBeUndefined();
});

it('takes empty text as unknown', () => {
  expect(textOf(with_('a'), 'name')).toBe('a');
  expect(textOf(with_(3), 'name')).toBe('3');
  expect(textOf(with_(''), 'name')).toBeUndefined();
  expect(textOf(with_(['a']), 'name')).toBeUndefined();
});

it('takes one value where a list is meant', () => {
  expect(textsOf(with_('stop'), 'name')).toEqual(['stop']);
  expect(textsOf(with_(['stop', 1, 'length']), 'name')).toEqual(['stop', 'length']);
  expect(textsOf(with_(undefined), 'name')).toEqual([]);
});
