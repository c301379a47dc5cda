import { describe, expect, it } from 'vitest';
import { nextPage, PAGE_ROWS, parseCursor } from './paging.ts';

describe('after', () => {
  it('is a time, or the next of a page', () => {
    expect(parseCursor(undefined, 2)).toEqual({ ms: 0, keys: [] });
    expect(parseCursor('1700000000000', 2)).toEqual({ ms: 1_700_000_000_000, keys: [] });
    expect(parseCursor('1700000000000.00ff.01', 2)).toEqual({ ms: 1_700_000_000_000, keys: ['00ff', '01'] });
  });

  it.each(['', '-1', '1.5', '1e3', ' 1', 'x', '1.a', '1.a.b.c', '1..', '1.a.\'', '1.a.%00', '9'.repeat(15), `1.a.${'b'.repeat(65)}`])('(%j) is refused', (after) => {
    expect(parseCursor(after, 2)).toBeUndefined();
  });
});

describe('next', () => {
  const rows = Array.from({ length: PAGE_ROWS }, (_, index) => ({ at: '2026-11-24 14:14:09.548', id: String(index) }));
  const keys = (row: { at: string; id: string }) => [row.at, row.id] as const;

  it('is what continues after the last row of a full page', () => {
    expect(nextPage(rows, (row) => [...keys(row)])).toBe(`${Date.UTC(2026, 10, 24, 14, 14, 9, 548)}.${PAGE_ROWS - 1}`);
  });

  it('is null after a page that is not full', () => {
    expect(nextPage(rows.slice(1), (row) => [...keys(row)])).toBeNull();
    expect(nextPage([], (row: { at: string; id: string }) => [...keys(row)])).toBeNull();
  });
});
