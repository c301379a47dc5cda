-- One row a call (one attempt at one target). A repeat of the same span replaces its first copy; the earliest receive time wins.
CREATE TABLE IF NOT EXISTS calls (
  project LowCardinality(String), route LowCardinality(String), target LowCardinality(String),
  purpose LowCardinality(String), reason LowCardinality(String),
  trace_id String, span_id String, request_id String, attempt UInt16, instance_id LowCardinality(String), conversation_id String, override_version LowCardinality(String),
  received_at DateTime64(3, 'UTC'), started_at DateTime64(3, 'UTC'), duration_ms Float64,
  provider LowCardinality(String), request_model LowCardinality(String), response_model LowCardinality(String), response_id String,
  finish_reason LowCardinality(String), finish_reason_raw LowCardinality(String), error_type LowCardinality(String),
  input_tokens Nullable(UInt64), output_tokens Nullable(UInt64), cost_usd Nullable(Float64), first_chunk_ms Nullable(Float64),
  error Nullable(UInt8), timeout Nullable(UInt8), empty Nullable(UInt8), truncated Nullable(UInt8), refusal Nullable(UInt8), loop Nullable(UInt8),
  length Nullable(Float64), latency_per_token Nullable(Float64), cost_per_call Nullable(Float64),
  flags Array(LowCardinality(String)),
  input String CODEC(ZSTD(3)), output String CODEC(ZSTD(3)),
  -- Replacing keeps the row with the highest version: the earliest receive time.
  keep_first UInt64 MATERIALIZED 18446744073709551615 - toUnixTimestamp64Milli(received_at),
  INDEX received received_at TYPE minmax GRANULARITY 1
) ENGINE = ReplacingMergeTree(keep_first)
PARTITION BY toDate(started_at)
ORDER BY (project, route, toStartOfMinute(started_at), trace_id, span_id)
