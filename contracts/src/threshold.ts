/** What a plain rule of the policy may look at. */
export const THRESHOLD_STATISTICS = ['rate', 'mean', 'p50', 'p95', 'p99', 'sum'] as const;
export type ThresholdStatistic = (typeof THRESHOLD_STATISTICS)[number];
