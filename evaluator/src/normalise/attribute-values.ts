import type { AttributeValue } from '@understudy/contracts/otlp/span-reader';

/** Reading attributes as they come in the wild: numbers as strings, one value instead of an array, JSON in a string. */
export type Attributes = ReadonlyMap<string, AttributeValue>;

export function textOf(attributes: Attributes, name: string): string | undefined {
  const value = attributes.get(name);
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function numberOf(attributes: Attributes, name: string): number | undefined {
  const value = attributes.get(name);
  const number = typeof value === 'bigint' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function textsOf(attributes: Attributes, name: string): string[] {
  const value = attributes.get(name);
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
