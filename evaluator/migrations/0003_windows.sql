-- A minute of receive time of a (route, target), summed up; recomputed under its key whenever new rows fall into it.
CREATE TABLE IF NOT EXISTS windows (
  project LowCardinality(String), route LowCardinality(String), target LowCardinality(String), minute DateTime('UTC'), computed_at DateTime64(3, 'UTC'),
  calls UInt64, errors UInt64, timeouts UInt64, empties UInt64, truncations UInt64, refusals UInt64, loops UInt64,
  cost_usd Nullable(Float64), latency_p50_ms Float64, latency_p95_ms Float64
) ENGINE = ReplacingMergeTree(computed_at)
PARTITION BY toYYYYMM(minute)
ORDER BY (project, route, target, minute)
