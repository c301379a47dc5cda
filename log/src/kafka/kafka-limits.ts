export interface KafkaLogLimits {
  /** An append that is not acknowledged by then fails. Below the 8 s after which callers of the collector come again. */
  readonly appendWithinMs: number;
  /** Above so many bytes that wait for an acknowledgement nothing more is taken. */
  readonly maxBytesInFlight: number;
  /** What a caller is told who was refused. */
  readonly retryAfterMs: number;
  /** A role's state is copied this often, by the time of its records: so much less than the retention can be folded again. */
  readonly checkpointEveryMs: number;
}

export const DEFAULT_KAFKA_LIMITS: KafkaLogLimits = { appendWithinMs: 8_000, maxBytesInFlight: 64 * 1024 * 1024, retryAfterMs: 1_000, checkpointEveryMs: 3 * 3_600_000 };
