/** Begins a key that is stored in another form. */
const MARK = '\u0001';

/**
 * A key as SQLite can hold it. `node:sqlite` reads a text only up to its first NUL and writes half a surrogate pair as U+FFFD, so that two keys would become one:
 * a name from the network could take the place of another. Such keys are stored as JSON behind a mark, all others as they are.
 */
export function storedKey(key: string): string {
  return key.includes('\u0000') || key.startsWith(MARK) || !key.isWellFormed() ? MARK + JSON.stringify(key) : key;
}

export function keyFromStored(stored: string): string {
  return stored.startsWith(MARK) ? (JSON.parse(stored.slice(MARK.length)) as string) : stored;
}
