/** Reading values of messages, which come from JSON (objects) or from structured attributes (Maps). */
const MAX_PLAIN = 65_536;

export function field(value: unknown, name: string): unknown {
  if (value instanceof Map) return value.get(name);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

export function filledText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function isFilledList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0;
}

/** A text as it is, anything else as JSON; undefined where there is none or it is longer than 64 KiB. */
export function plainText(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : jsonText(value);
  return text === undefined || text.length > MAX_PLAIN ? undefined : text;
}

/** JSON of what an attribute can hold; undefined where there is none. */
export function jsonText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    return JSON.stringify(value, (_, inner: unknown) => {
      if (inner instanceof Map) return Object.fromEntries(inner);
      return typeof inner === 'bigint' ? Number(inner) : inner;
    });
  } catch {
    // Nested so deep that the stack ends.
    return undefined;
  }
}
