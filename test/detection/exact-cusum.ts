/**
 * The exact mean run length of the Bernoulli CUSUM on its lattice: B ← max(0, B + m·x − 1), alarm at B ≥ H, P(x = 1) = p, from B = 0.
 * With both rates known this test is exactly optimal (Moustakides 1986): what the others are measured against.
 *
 *     E_i = 1 + (1 − p) E_max(0, i−1) + p E_{i+m−1},  E_j = 0 for j ≥ H
 *
 * Each row has one entry left of the diagonal and one m − 1 right of it: elimination from the top down keeps within that band.
 */
export function exactRunLength(cusum: { step: number; limit: number }, p: number): number {
  const { step, limit } = cusum;
  const width = step;
  // row[offset] is the coefficient of E_{i + offset}; the right side stands apart.
  const rows: Float64Array[] = [];
  const right = new Float64Array(limit);
  for (let i = 0; i < limit; i++) {
    const row = new Float64Array(width + 1);
    row[0] = 1;
    right[i] = 1;
    if (i + step - 1 < limit) row[step - 1] = (row[step - 1] as number) - p;
    if (i === 0) row[0] = (row[0] as number) - (1 - p);
    else subtractAbove(row, rows[i - 1] as Float64Array, right, i, p - 1);
    rows.push(row);
  }
  return substituteBack(rows, right)[0] as number;
}

/** Removes the entry left of the diagonal (`left`) with the row above, which begins one column earlier. */
function subtractAbove(row: Float64Array, above: Float64Array, right: Float64Array, i: number, left: number): void {
  const factor = left / (above[0] as number);
  for (let offset = 1; offset < above.length; offset++) row[offset - 1] = (row[offset - 1] as number) - factor * (above[offset] as number);
  right[i] = (right[i] as number) - factor * (right[i - 1] as number);
}

function substituteBack(rows: readonly Float64Array[], right: Float64Array): Float64Array {
  const solution = new Float64Array(rows.length);
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i] as Float64Array;
    let value = right[i] as number;
    for (let offset = 1; offset < row.length && i + offset < rows.length; offset++) value -= (row[offset] as number) * (solution[i + offset] as number);
    solution[i] = value / (row[0] as number);
  }
  return solution;
}
