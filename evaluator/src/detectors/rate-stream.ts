import { type BernoulliFactors, bernoulliFactors, initialBernoulliState, updateBernoulli } from './bernoulli-e-sr.ts';

/** One e-SR stream inside a monitor; `m` undefined: the test is off because its null leaves no room. */
export interface RateStream {
  readonly m: number | undefined;
  readonly state: number[];
  statistic: number;
}

export function rateStream(m: number | undefined): RateStream {
  return { m, state: initialBernoulliState(), statistic: 0 };
}

/** `badness`: 0 to 1. */
export function feedRate(stream: RateStream, badness: number): void {
  if (stream.m !== undefined) stream.statistic = updateBernoulli(stream.state, badness, factorsOfRate(stream.m));
}

/** Against a null of this moment, which is known before the call. */
export function feedRateAgainst(stream: RateStream, m: number, badness: number): void {
  stream.statistic = updateBernoulli(stream.state, badness, factorsOfRate(m));
}

export function restartStream(stream: { readonly state: number[]; statistic: number }): void {
  stream.state.fill(0);
  stream.statistic = 0;
}

/** Factors by null rate; a pure function's results, kept. */
const factorsByRate = new Map<number, BernoulliFactors>();
const MAX_KEPT = 10_000;

export function factorsOfRate(m: number): BernoulliFactors {
  let factors = factorsByRate.get(m);
  if (factors === undefined) {
    if (factorsByRate.size >= MAX_KEPT) factorsByRate.clear();
    factors = bernoulliFactors(m);
    factorsByRate.set(m, factors);
  }
  return factors;
}
