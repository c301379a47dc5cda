import { clopperPearsonUpper } from '../statistics/binomial.ts';

/** The rates that still count as healthy (design §5): a plug-in rate would break the promise on false alarms, so bounds are used. */
const CONFIDENCE = 0.9;
const LEAST_ODDS_RISE = 1.25;
/** Above it an upward test has no room left and says so. Never clipped downward instead. */
export const MOST_NULL = 0.98;
export const DEFAULT_TOLERANCE = 0.01;
/** The share of healthy calls beyond a decile edge. */
const OUTER_SHARE = 0.1;

export function alertingNull(events: number, calls: number): number | undefined {
  return usableNull(clopperPearsonUpper(events, calls, CONFIDENCE));
}

/** max(90 % bound, p̂ + tolerance, the rate at 1.25 × the odds of p̂). */
export function switchingNull(events: number, calls: number, tolerance: number): number | undefined {
  const rate = calls === 0 ? 1 : events / calls;
  const odds = (LEAST_ODDS_RISE * rate) / (1 - rate + LEAST_ODDS_RISE * rate);
  return usableNull(Math.max(clopperPearsonUpper(events, calls, CONFIDENCE), rate + tolerance, odds));
}

/** Share of calls beyond a decile edge that still counts as healthy. */
export function exceedanceNull(tolerance: number): number | undefined {
  return usableNull(OUTER_SHARE + tolerance);
}

/** A null that leaves room for an alternative, or undefined: then the test is off. */
export function usableNull(m: number): number | undefined {
  return m > 0 && m <= MOST_NULL ? m : undefined;
}
