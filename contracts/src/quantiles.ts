/** Cuts of the quantile detector (knowledge: detector formulas, c): the baseline's values at these ranks are the bin edges. */
export const BASELINE_QUANTILES = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const;
