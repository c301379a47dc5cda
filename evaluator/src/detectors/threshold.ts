/** A of a stream with little traffic (design §5: at least 10^5). */
export const LEAST_THRESHOLD = 1e5;
const SECONDS_IN_90_DAYS = 90 * 86_400;

/**
 * A = n / (budget · w): with n expected observations in 90 days and weights that sum to 1, the expected false alarms of all streams together stay
 * within the budget, whatever the dependence between them. At least 1e5.
 */
export function streamThreshold(stream: { callsPerSecond: number; falseFailoversPer90Days: number; weight: number }): number {
  return Math.max(LEAST_THRESHOLD, (stream.callsPerSecond * SECONDS_IN_90_DAYS) / (stream.falseFailoversPer90Days * stream.weight));
}
