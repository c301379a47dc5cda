/**
 * How long things may take. Every one can be set per wrapper, the first per call too (`timeout` of the OpenAI client's options).
 * The defaults suit chat; routes whose models think for minutes want more.
 */
export interface Limits {
  /** From the call to the complete answer, or to the first words of a stream: over all attempts and waits. 2 min, or as long as the wrapped client waits when that is longer (OpenAI's: 10 min). */
  readonly timeoutMs: number;
  /** One attempt's share of that while another target could still answer. Half of it, or 1 min where it is not set. */
  readonly attemptMs: number;
  /** A stream's first words, while another target could still answer. 30 s. */
  readonly firstTokenMs: number;
  /** Silence inside a stream that has begun. 30 s. */
  readonly stallMs: number;
  /** A whole stream. 10 min, as long as the OpenAI client waits. */
  readonly streamMs: number;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_ATTEMPT_MS = 60_000;
const DEFAULT_FIRST_TOKEN_MS = 30_000;
const DEFAULT_STALL_MS = 30_000;
const DEFAULT_STREAM_MS = 600_000;
/** Twelve days: two of them still fit a timer, which fires at once when it is given more than 2^31 ms. */
const MAX_MS = 2 ** 30;

/** `patienceMs`: how long the application's own client waits for an answer. Nothing it would have waited for is cut short. */
export function limitsOf(options: Partial<Limits>, patienceMs = 0): Limits {
  const timeoutMs = milliseconds(options.timeoutMs, Math.max(DEFAULT_TIMEOUT_MS, milliseconds(patienceMs, 0)));
  return {
    timeoutMs,
    attemptMs: milliseconds(options.attemptMs, options.timeoutMs === undefined ? DEFAULT_ATTEMPT_MS : timeoutMs / 2),
    firstTokenMs: milliseconds(options.firstTokenMs, DEFAULT_FIRST_TOKEN_MS),
    stallMs: milliseconds(options.stallMs, DEFAULT_STALL_MS),
    streamMs: milliseconds(options.streamMs, DEFAULT_STREAM_MS),
  };
}

function milliseconds(value: number | undefined, otherwise: number): number {
  return value === undefined || Number.isNaN(value) ? otherwise : Math.min(value, MAX_MS);
}
