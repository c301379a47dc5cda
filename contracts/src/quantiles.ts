/** Cuts of the quantile detector: bins between bounds of the baseline's values at these quantiles (mirrored for the downward test). */
export const BASELINE_QUANTILES = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const;
