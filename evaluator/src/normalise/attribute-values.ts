import type { AttributeValue } from '@understudy/contracts/otlp/span-reader';

/** Reading attributes as they come in the wild: numbers as strings, one value instead of an array, JSON in a string. */
export type Attributes = ReadonlyMap<string, AttributeValue>;

/** Longest name or id that is kept, characters: they become keys, columns and lines of a table. What people wrote is read elsewhere (`messages.ts`). */
const MAX_NAME = 200;

/** A name or an id. */
export function textOf(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name);
  if (typeof value === 'string') return value === '' ? undefined : bounded(value, MAX_NAME);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function numberOf(attributes: Attributes, name: string): number | undefined {
  const value = attributes.get(name);
  const number = typeof value === 'bigint' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Names or ids. */
export function textsOf(attributes: Attributes, name: string): string[] {
  const value = attributes.get(name);
  if (typeof value === 'string') return value === '' ? [] : [bounded(value, MAX_NAME)];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string').map((item) => bounded(item, MAX_NAME)) : [];
}

export function bounded(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed();
}
