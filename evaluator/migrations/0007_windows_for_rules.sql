-- What the plain rules of the policy ask of any range of minutes (docs/decisions/0020-rules-over-minutes.md). Of real requests: copies whose answer nobody saw (`shadow`) are left out.
-- Counts and sums by signal, in maps, so that a heuristic of the user's own needs no migration; they add up exactly.
ALTER TABLE windows ADD COLUMN IF NOT EXISTS real_calls UInt64;
ALTER TABLE windows ADD COLUMN IF NOT EXISTS signal_calls Map(LowCardinality(String), UInt64);
ALTER TABLE windows ADD COLUMN IF NOT EXISTS signal_sums Map(LowCardinality(String), Float64);
-- Sketches of numbers: each quantile is within 1 %, in whatever order minutes are merged.
ALTER TABLE windows ADD COLUMN IF NOT EXISTS duration_quantiles AggregateFunction(quantilesDD(0.003, 0.5, 0.95, 0.99), Float64);
ALTER TABLE windows ADD COLUMN IF NOT EXISTS length_quantiles AggregateFunction(quantilesDD(0.003, 0.5, 0.95, 0.99), Float64);
ALTER TABLE windows ADD COLUMN IF NOT EXISTS latency_per_token_quantiles AggregateFunction(quantilesDD(0.003, 0.5, 0.95, 0.99), Float64);
ALTER TABLE windows ADD COLUMN IF NOT EXISTS cost_per_call_quantiles AggregateFunction(quantilesDD(0.003, 0.5, 0.95, 0.99), Float64);
ALTER TABLE windows ADD COLUMN IF NOT EXISTS time_to_first_chunk_quantiles AggregateFunction(quantilesDD(0.003, 0.5, 0.95, 0.99), Float64);
ALTER TABLE windows ADD COLUMN IF NOT EXISTS irrelevance_quantiles AggregateFunction(quantilesDD(0.003, 0.5, 0.95, 0.99), Float64);
ALTER TABLE windows ADD COLUMN IF NOT EXISTS unsupported_quantiles AggregateFunction(quantilesDD(0.003, 0.5, 0.95, 0.99), Float64);
ALTER TABLE windows ADD COLUMN IF NOT EXISTS input_tokens_per_char_quantiles AggregateFunction(quantilesDD(0.003, 0.5, 0.95, 0.99), Float64)
