/** Rows of a page. */
export const PAGE_ROWS = 200;

/** Where a page ends: a time in ms since 1970 and, of the rows with that time, the last one's other sort keys; without those the whole ms is over. */
export interface Cursor {
  readonly ms: number;
  readonly keys: readonly string[];
}

const TIME = /^\d{1,14}$/;
const KEY = /^[0-9A-Za-z-]{1,64}$/;
const START: Cursor = { ms: 0, keys: [] };

/** The cursor that `after` names: a time, or the `next` of a page before. Undefined when it is neither. */
export function parseCursor(after: string | undefined, keyCount: number): Cursor | undefined {
  if (after === undefined) return START;
  const [time = '', ...keys] = after.split('.');
  const isWhole = keys.length === 0 || (keys.length === keyCount && keys.every((key) => KEY.test(key)));
  return TIME.test(time) && isWhole ? { ms: Number(time), keys } : undefined;
}

/** The `next` of a page, from its last row's sort keys; null when there is no further page. */
export function nextPage<Row>(rows: readonly Row[], sortKeys: (row: Row) => readonly [time: string, ...keys: string[]]): string | null {
  const last = rows.at(-1);
  if (rows.length < PAGE_ROWS || last === undefined) return null;
  const [time, ...keys] = sortKeys(last);
  return [Date.parse(`${time.replace(' ', 'T')}Z`), ...keys].join('.');
}
