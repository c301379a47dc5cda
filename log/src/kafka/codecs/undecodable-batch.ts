import kafkajs from 'kafkajs';

/**
 * What one batch of records may become when it is inflated. A topic takes batches of at most 24 MiB, and what is in them seldom shrinks below a third; more is a
 * bomb's shape (lz4 reaches 255:1, gzip 1000:1), and kafkajs inflates a whole batch at once.
 */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

/**
 * A batch of another producer that cannot be read, now or ever: kafkajs must not try again, and whoever reads goes past it. The library's own error is told in
 * the message and is no `cause`: kafkajs' wrapper would name that one in place of this.
 */
export class UndecodableBatchError extends kafkajs.KafkaJSNonRetriableError {
  readonly codec: string;

  constructor(codec: string, reason: string) {
    super(`a batch compressed with ${codec} cannot be read: ${reason}`);
    this.codec = codec;
  }
}

/** kafkajs wraps what a codec throws. */
export function undecodableBatchOf(error: unknown): UndecodableBatchError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof UndecodableBatchError) return at;
  return undefined;
}

export function brokenBytes(codec: string, cause: unknown): UndecodableBatchError {
  return new UndecodableBatchError(codec, `its bytes are broken (${cause instanceof Error ? cause.message : String(cause)})`);
}

export function refuseInflatedBytes(codec: string, bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw new UndecodableBatchError(codec, `it inflates to more than ${Math.round(maxBytes / 1024 / 1024)} MiB`);
}
