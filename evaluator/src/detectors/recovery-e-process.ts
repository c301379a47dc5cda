/**
 * Proof that a target is good again, from probes. Null: it still fails with p ≥ p_rec.
 *
 *     E = mean over k of Π [ x = 1: q_k / p_rec,  x = 0: (1 − q_k) / (1 − p_rec) ],  q_k = p_rec · .08^(.9 (k+1)/8), k = 0 … 7;  restore at E ≥ 1/α
 *
 * Ville: P(ever restoring while the null holds) ≤ α in an episode, whatever the schedule of probes. With p_rec ≤ the detector's null there is no flapping.
 */
const COMPONENTS = 8;

/** Kept as logarithms: a long bad spell would underflow. */
export function initialRecoveryState(): number[] {
  return new Array<number>(COMPONENTS).fill(0);
}

export function updateRecovery(state: number[], failed: number, pRec: number): void {
  for (let k = 0; k < COMPONENTS; k++) {
    const q = pRec * 0.08 ** ((0.9 * (k + 1)) / COMPONENTS);
    state[k] = (state[k] ?? 0) + Math.log(failed === 1 ? q / pRec : (1 - q) / (1 - pRec));
  }
}

/** E, the evidence against "still degraded". */
export function recoveryEvidence(state: readonly number[]): number {
  return state.reduce((sum, logarithm) => sum + Math.exp(Math.min(700, logarithm)), 0) / COMPONENTS;
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
