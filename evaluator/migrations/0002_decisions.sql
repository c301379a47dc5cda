CREATE TABLE IF NOT EXISTS decisions (
  project LowCardinality(String), route LowCardinality(String), decision_id String, at DateTime64(3, 'UTC'), evidence_partition UInt16, evidence_offset UInt64,
  state_from LowCardinality(String), state_to LowCardinality(String), reason LowCardinality(String), text String,
  incident_id String, target LowCardinality(String), signal LowCardinality(String),
  statistic Nullable(Float64), threshold Nullable(Float64), baseline Nullable(Float64), observed Nullable(Float64)
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (project, route, at, decision_id)
