/**
 * How long things may take. Every one can be set per wrapper, the first per call too (`timeout` of the OpenAI client's options).
 * The defaults suit chat; routes whose models think for minutes want more.
 */
export interface Limits {
  /** From the call to the complete answer, or to the first words of a stream: over all attempts and waits. 2 min. */
  readonly timeoutMs: number;
  /** One attempt's share of that while another target could still answer. Half of it. */
  readonly attemptMs: number;
  /** A stream's first words, while another target could still answer. 30 s. */
  readonly firstTokenMs: number;
  /** Silence inside a stream that has begun. 30 s. */
  readonly stallMs: number;
  /** A whole stream. 10 min, as long as the OpenAI client waits. */
  readonly streamMs: number;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_FIRST_TOKEN_MS = 30_000;
const DEFAULT_STALL_MS = 30_000;
const DEFAULT_STREAM_MS = 600_000;

export function limitsOf(options: Partial<Limits>): Limits {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return {
    timeoutMs,
    attemptMs: options.attemptMs ?? timeoutMs / 2,
    firstTokenMs: options.firstTokenMs ?? DEFAULT_FIRST_TOKEN_MS,
    stallMs: options.stallMs ?? DEFAULT_STALL_MS,
    streamMs: options.streamMs ?? DEFAULT_STREAM_MS,
  };
}
