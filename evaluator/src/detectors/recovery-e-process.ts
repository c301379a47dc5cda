/**
 * Proof that a target is good again, from probes. Null: it still fails with p ≥ p_rec.
 *
 *     E = mean over k of Π [ x = 1: q_k / p_rec,  x = 0: (1 − q_k) / (1 − p_rec) ],  q_k = p_rec · .08^(.9 (k+1)/8), k = 0 … 7;  restore at E ≥ 1/α
 *
 * Ville: P(ever restoring while the null holds) ≤ α in an episode, whatever the schedule of probes. With p_rec ≤ the detector's null there is no flapping.
 */
const COMPONENTS = 8;
/** q_k / p_rec */
const SHARES: readonly number[] = Array.from({ length: COMPONENTS }, (_, k) => 0.08 ** ((0.9 * (k + 1)) / COMPONENTS));
/** Far below every level that is asked for: a long bad spell must neither underflow nor grow without bound. */
const LEAST_LOGARITHM = -1e6;
const MOST_LOGARITHM = 700;

/** Kept as logarithms. */
export function initialRecoveryState(): number[] {
  return new Array<number>(COMPONENTS).fill(0);
}

/** `failed`: 0 or 1, or a badness between: the factor is then drawn straight between both, and the bound holds for every law whose mean is at least p_rec. */
export function updateRecovery(state: number[], failed: number, pRec: number): void {
  for (let k = 0; k < COMPONENTS; k++) {
    const share = SHARES[k] as number;
    const good = (1 - share * pRec) / (1 - pRec);
    const factor = failed === 1 ? share : failed === 0 ? good : good + failed * (share - good);
    state[k] = Math.max(LEAST_LOGARITHM, (state[k] as number) + Math.log(factor));
  }
}

/** E, the evidence against "still degraded". */
export function recoveryEvidence(state: readonly number[]): number {
  let sum = 0;
  for (const logarithm of state) sum += Math.exp(Math.min(MOST_LOGARITHM, logarithm));
  return sum / COMPONENTS;
}

/** Probes needed when none fails. */
export function perfectProbesNeeded(pRec: number, alpha: number): number {
  const state = initialRecoveryState();
  let probes = 0;
  while (recoveryEvidence(state) < 1 / alpha) {
    updateRecovery(state, 0, pRec);
    probes += 1;
  }
  return probes;
}
