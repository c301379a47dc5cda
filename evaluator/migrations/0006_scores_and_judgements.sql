-- Every signal beyond those that have a column: a map, so that a heuristic of the user's own needs no migration.
ALTER TABLE calls ADD COLUMN IF NOT EXISTS scores Map(LowCardinality(String), Float64) AFTER cost_per_call;
-- One row a call that was drawn to be judged, and what became of it. A repeat replaces its first copy.
CREATE TABLE IF NOT EXISTS judgements (
  project LowCardinality(String), route LowCardinality(String), target LowCardinality(String), purpose LowCardinality(String), trace_id String, span_id String,
  received_at DateTime64(3, 'UTC'), judged_at DateTime64(3, 'UTC'), outcome LowCardinality(String), reason LowCardinality(String),
  score Nullable(Float64), checks Map(LowCardinality(String), LowCardinality(String)), reasoning String CODEC(ZSTD(3)) TTL toDate(received_at) + INTERVAL 15 DAY,
  rubric LowCardinality(String), rubric_version LowCardinality(String), judge_model LowCardinality(String), judge_response_model LowCardinality(String), judge_fingerprint LowCardinality(String),
  flagged Bool, probability Float64, drawn_for LowCardinality(String), cost_usd Nullable(Float64), duration_ms Nullable(Float64), cached Bool
) ENGINE = ReplacingMergeTree(judged_at)
PARTITION BY toDate(received_at)
ORDER BY (project, route, target, received_at, trace_id, span_id)
TTL toDate(received_at) + INTERVAL 91 DAY
