/** Rows as columns of equal width, for people. Text from outside is printed without control characters: a model's name must not move the cursor. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(printable));
  const widths = header.map((name, column) => Math.max(name.length, ...clean.map((row) => row[column]?.length ?? 0)));
  return [header, ...clean].map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A number as people read it: three digits that matter. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  return Math.abs(value) >= 1e5 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

export function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}
