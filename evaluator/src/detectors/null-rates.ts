import { binomialCdf, clopperPearsonUpper } from '../statistics/binomial.ts';

/** The rates that still count as healthy (design §5): a plug-in rate would break the promise on false alarms, so bounds are used. */
const CONFIDENCE = 0.9;
const LEAST_ODDS_RISE = 1.25;
/** Above it an upward test has no room left and says so. Never clipped downward instead. */
const MOST_NULL = 0.98;
export const DEFAULT_TOLERANCE = 0.01;
const OUTER_SHARE = 0.1;

export function alertingNull(events: number, calls: number): number | undefined {
  return usable(clopperPearsonUpper(events, calls, CONFIDENCE));
}

/** max(90 % bound, p̂ + tolerance, the rate at 1.25 × the odds of p̂). */
export function switchingNull(events: number, calls: number, tolerance: number): number | undefined {
  const rate = calls === 0 ? 1 : events / calls;
  const odds = (LEAST_ODDS_RISE * rate) / (1 - rate + LEAST_ODDS_RISE * rate);
  return usable(Math.max(clopperPearsonUpper(events, calls, CONFIDENCE), rate + tolerance, odds));
}

/** Share of calls beyond a decile edge that still counts as healthy. */
export function exceedanceNull(tolerance: number): number | undefined {
  return usable(OUTER_SHARE + tolerance);
}

function usable(m: number): number | undefined {
  return m <= MOST_NULL ? m : undefined;
}

/** Ranks (from 1) in the sorted baseline whose values bound the outer deciles with 90 % confidence: the true share beyond is at most .10 that surely. */
export function decileRanks(calls: number): { upperRank: number; lowerRank: number } {
  // The r-th largest is exceeded by more than the share p with probability P(Binomial(n, p) ≥ r) … so the largest r with P(X ≤ r − 1) ≤ 1 − confidence.
  let fromTop = 0;
  while (fromTop < calls && binomialCdf(fromTop, calls, OUTER_SHARE) <= 1 - CONFIDENCE) fromTop += 1;
  const rank = Math.max(1, fromTop);
  return { upperRank: calls - rank + 1, lowerRank: rank };
}
