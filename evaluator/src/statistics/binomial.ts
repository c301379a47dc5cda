import { incompleteBeta } from './incomplete-beta.ts';

/** P(X ≤ events) for X ~ Binomial(calls, p). */
export function binomialCdf(events: number, calls: number, p: number): number {
  if (events < 0) return 0;
  if (events >= calls || p <= 0) return 1;
  if (p >= 1) return 0;
  return incompleteBeta(calls - events, events + 1, 1 - p);
}

/** Upper Clopper–Pearson bound: the p at which so few events have probability 1 − confidence. */
export function clopperPearsonUpper(events: number, calls: number, confidence: number): number {
  if (calls === 0 || events >= calls) return 1;
  let low = events / calls;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (binomialCdf(events, calls, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}
