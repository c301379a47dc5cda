import { BASELINE_QUANTILES } from '@understudy/contracts/quantiles';
import { bernoulliFactors, initialBernoulliState, updateBernoulli } from '@understudy/evaluator/detectors/bernoulli-e-sr';
import { cutsExceeded, factorsOfCuts, initialQuantileState, updateQuantile } from '@understudy/evaluator/detectors/quantile-e-sr';
import { normalQuantile } from '@understudy/evaluator/statistics/normal';
import type { Random } from './random.ts';

/** A detector on a source of values: each step takes one value and gives the statistic. */
export type Stream = () => number;

/** Failures with a constant rate. */
export function bernoulliStream(random: Random, m: number, rate: number): Stream {
  const state = initialBernoulliState();
  const factors = bernoulliFactors(m);
  return () => updateBernoulli(state, Number(random.chance(rate)), factors);
}

/** Failures that come in bursts (a two-state Markov chain with this lag-1 correlation) and whose rate never exceeds m, given the past. */
export function burstyStream(random: Random, m: number, correlation: number): Stream {
  const state = initialBernoulliState();
  const factors = bernoulliFactors(m);
  // After a failure the rate is m; after a success so much less.
  const afterSuccess = m - correlation;
  let failed = false;
  return () => {
    failed = random.chance(failed ? m : afterSuccess);
    return updateBernoulli(state, Number(failed), factors);
  };
}

/** Numbers against cuts; `value` draws one. */
export function quantileStream(cuts: readonly number[], value: () => number): Stream {
  const state = initialQuantileState();
  const factors = factorsOfCuts(cuts.length);
  return () => updateQuantile(state, cutsExceeded(value(), cuts), factors);
}

/** The cuts of a standard normal law that is known exactly (the logarithm of a log-normal latency). */
export const NORMAL_CUTS: readonly number[] = BASELINE_QUANTILES.map(normalQuantile);

/** Steps until the statistic reaches the threshold, and the statistic then; undefined when it has not after `mostSteps`. */
export function runLength(stream: Stream, threshold: number, mostSteps = Number.POSITIVE_INFINITY): { steps: number; statistic: number } | undefined {
  for (let steps = 1; steps <= mostSteps; steps++) {
    const statistic = stream();
    if (statistic >= threshold) return { steps, statistic };
  }
  return undefined;
}

export interface Mean {
  readonly mean: number;
  readonly standardError: number;
}

export function meanOf(values: readonly number[]): Mean {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(variance / values.length) };
}

/** Mean of the run lengths; one that reaches `mostSteps` counts as that, so that the mean is then a lower bound. */
export function meanRunLength(makeStream: () => Stream, threshold: number, runs: number, mostSteps?: number): Mean {
  return meanOf(Array.from({ length: runs }, () => runLength(makeStream(), threshold, mostSteps)?.steps ?? mostSteps ?? Number.NaN));
}
