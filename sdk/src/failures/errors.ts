import type { Served } from '../served.ts';

/**
 * An answer that broke off after its first words: cut, stalled or malformed. Nothing is spliced onto it and it never ends as if
 * it were complete. `partial` is the text that arrived; the provider's own error is the `cause`.
 */
export class StreamInterruptedError extends Error {
  readonly code = 'stream-interrupted';
  readonly partial: string;
  readonly served: Served | undefined;

  constructor(options: { reason: string; partial: string; served: Served | undefined; cause?: unknown }) {
    super(`the answer broke off after ${options.partial.length} characters: ${options.reason}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StreamInterruptedError';
    this.partial = options.partial;
    this.served = options.served;
  }
}

/** A target that did not answer in time. `limitMs` is the limit that ran out. */
export class AttemptTimeoutError extends Error {
  readonly code = 'timeout';
  readonly limitMs: number;
  /** It had not even begun to answer. */
  readonly isFirstToken: boolean;

  constructor(target: string, limitMs: number, isFirstToken: boolean) {
    super(`${target} did not answer within ${Math.round(limitMs)} ms`);
    this.name = 'AttemptTimeoutError';
    this.limitMs = limitMs;
    this.isFirstToken = isFirstToken;
  }
}

/** A status of success with something in the body that is no answer: empty, HTML, or unreadable. */
export class UnusableAnswerError extends Error {
  readonly code = 'unusable-answer';

  constructor(target: string, what: string) {
    super(`${target} answered with ${what}`);
    this.name = 'UnusableAnswerError';
  }
}
