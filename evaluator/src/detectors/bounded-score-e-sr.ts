/**
 * Mixture e-SR test for the mean of a bounded number, upward: the null is E[x | past] ≤ m, whatever the dependence.
 *
 *     R_k ← (1 + R_k) · L_k,  L_k = 1 + λ_k (x − m),  M = mean of R_k,  alarm at M ≥ A
 *
 * x may lie below 0 when it is a corrected mean (`judge-monitor.ts`): with `lowest` the smallest value that it can take, λ ≤ .98 / (m − lowest) keeps L above 0.
 * λ_k geometric up to its bound, the smallest .045 / .96 of it (detection.md §1.1 b); K = 5. The downward test of a score s is this one on 1 − s.
 * Source: Shin, Ramdas, Rinaldo, "E-detectors" (2023); Waudby-Smith, Ramdas, "Estimating means of bounded random variables by betting" (2024).
 */
export const BOUNDED_COMPONENTS = 5;
const MOST_BET = 0.96;
/** The bound where x can be negative. */
const MOST_BET_CORRECTED = 0.98;
const LEAST_SHARE = 0.045 / 0.96;
const CAP = 1e300;
const SHARES: readonly number[] = Array.from({ length: BOUNDED_COMPONENTS }, (_, k) => LEAST_SHARE ** ((BOUNDED_COMPONENTS - 1 - k) / (BOUNDED_COMPONENTS - 1)));

export function initialBoundedState(): number[] {
  return new Array<number>(BOUNDED_COMPONENTS).fill(0);
}

/** The bets λ_k against a null mean m for values of at least `lowest`. */
export function boundedBets(m: number, lowest = 0): number[] {
  const most = lowest < 0 ? Math.min(MOST_BET / m, MOST_BET_CORRECTED / (m - lowest)) : MOST_BET / m;
  return SHARES.map((share) => share * most);
}

/** Feeds one value; changes `state` in place and returns M. */
export function updateBounded(state: number[], value: number, m: number, bets: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < state.length; k++) {
    const next = Math.min(CAP, (1 + (state[k] as number)) * Math.max(0, 1 + (bets[k] as number) * (value - m)));
    state[k] = next;
    sum += next;
  }
  return sum / state.length;
}
