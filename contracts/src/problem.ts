/** An error that a person or a program can act on: `code` is stable, `fix` says what to do, `retryable` whether waiting helps. */
export class UnderstudyError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly fix: string;

  constructor(options: { code: string; message: string; fix: string; retryable?: boolean; cause?: unknown }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UnderstudyError';
    this.code = options.code;
    this.fix = options.fix;
    this.retryable = options.retryable ?? false;
  }
}
