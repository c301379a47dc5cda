/** Cuts of the quantile detector: bins between bounds of the baseline's values at these quantiles (mirrored for the downward test). */
export const BASELINE_QUANTILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] as const;
