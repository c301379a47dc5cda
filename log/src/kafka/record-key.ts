/** Begins a key that is stored in another form. */
const MARK = '\u0001';

/** A key as bytes. Half a surrogate pair has no UTF-8: such a key is stored as JSON behind a mark, so that two keys never become one. */
export function keyBytes(key: string | undefined): Buffer | undefined {
  if (key === undefined) return undefined;
  return Buffer.from(key.startsWith(MARK) || !key.isWellFormed() ? MARK + JSON.stringify(key) : key, 'utf8');
}

/** Keys of other producers may be any bytes: what is not UTF-8 in them becomes U+FFFD. */
export function keyOf(bytes: Buffer | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const text = bytes.toString('utf8');
  return text.startsWith(MARK) ? unmarked(text) : text;
}

function unmarked(text: string): string {
  try {
    const key: unknown = JSON.parse(text.slice(MARK.length));
    return typeof key === 'string' ? key : text;
  } catch {
    return text;
  }
}
