/**
 * Mixture e-SR test for failures (0 or 1 a call), upward: the null is P(1 | past) ≤ m, whatever the dependence.
 *
 *     R_k ← (1 + R_k) · L_k(x),  M = mean of R_k,  alarm at M ≥ A
 *     q_k = m·OR_k / (1 − m + m·OR_k),  OR_k = 2 … 10 geometric, K = 5;  L_k(1) = q_k / m,  L_k(0) = (1 − q_k) / (1 − m)
 *
 * M − t is a supermartingale under the null, so the mean time to a false alarm is at least A without calibration.
 * Source: Shin, Ramdas, Rinaldo, "E-detectors" (2023). It needs no knowledge of the rate after the change; shifts below twice the odds take long.
 */
export const BERNOULLI_COMPONENTS = 5;
const LEAST_ODDS_RATIO = 2;
const MOST_ODDS_RATIO = 10;
/** Keeps the statistic finite; far above every threshold. */
const CAP = 1e300;

export interface BernoulliFactors {
  readonly failure: readonly number[];
  readonly success: readonly number[];
}

/** The factors of a null rate m in (0, 1), computed once: an update is then five multiplications. */
export function bernoulliFactors(m: number): BernoulliFactors {
  if (!(m > 0 && m < 1)) throw new RangeError(`the null rate must lie between 0 and 1, got ${m}`);
  const rates = Array.from({ length: BERNOULLI_COMPONENTS }, (_, k) => {
    const oddsRatio = LEAST_ODDS_RATIO * (MOST_ODDS_RATIO / LEAST_ODDS_RATIO) ** (k / (BERNOULLI_COMPONENTS - 1));
    return (m * oddsRatio) / (1 - m + m * oddsRatio);
  });
  return { failure: rates.map((q) => q / m), success: rates.map((q) => (1 - q) / (1 - m)) };
}

export function initialBernoulliState(): number[] {
  return new Array<number>(BERNOULLI_COMPONENTS).fill(0);
}

/**
 * Feeds one call; changes `state` in place and returns M. `badness` is 0 or 1, or anything between: L is drawn straight from L(0) to L(1), so that E[L] ≤ 1 holds for
 * every law whose conditional mean is at most m.
 */
export function updateBernoulli(state: number[], badness: number, factors: BernoulliFactors): number {
  if (badness !== 0 && badness !== 1) return updateBetween(state, badness, factors);
  const likelihood = badness === 1 ? factors.failure : factors.success;
  let sum = 0;
  for (let k = 0; k < BERNOULLI_COMPONENTS; k++) {
    const next = Math.min(CAP, (1 + (state[k] as number)) * (likelihood[k] as number));
    state[k] = next;
    sum += next;
  }
  return sum / BERNOULLI_COMPONENTS;
}

function updateBetween(state: number[], badness: number, { failure, success }: BernoulliFactors): number {
  let sum = 0;
  for (let k = 0; k < BERNOULLI_COMPONENTS; k++) {
    const likelihood = (success[k] as number) + badness * ((failure[k] as number) - (success[k] as number));
    const next = Math.min(CAP, (1 + (state[k] as number)) * likelihood);
    state[k] = next;
    sum += next;
  }
  return sum / BERNOULLI_COMPONENTS;
}
