/** So many of the latest values are kept for people: their median is robust against one odd call. */
const KEPT = 15;

export function pushRecent(values: number[], value: number): void {
  if (values.length >= KEPT) values.shift();
  values.push(value);
}

export function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)];
}
