import type { AnswerFacts, CallDescription } from '../telemetry/attempt-span.ts';
import type { AttemptSettlement } from './settlement.ts';

/** A target as the loop of attempts sees it. */
export interface RoutedTarget<Request, Answer> {
  readonly id: string;
  /** Targets with the same account share its quota. */
  readonly account: unknown;
  readonly describe: (request: Request) => CallDescription;
  readonly ask: (request: Request, context: AttemptContext) => Promise<AttemptResult<Answer>>;
  /** The errors that the target's own client would throw, so that the application's handling works. */
  readonly timeoutError?: (late: Error) => unknown;
  readonly abortError?: () => unknown;
}

export interface AttemptContext {
  /** Aborts with the caller, with the limit of the attempt, and with its end. */
  readonly signal: AbortSignal;
  /** Behind `signal`; what a stream hands to its reader for `controller.abort()`. */
  readonly controller: AbortController;
  readonly target: string;
  /** From 1. */
  readonly attempt: number;
  /** How long first words may be waited for: while another target could answer, less than the whole attempt. */
  readonly firstTokenMs: number;
  readonly settlement: AttemptSettlement;
}

export type AttemptResult<Answer> =
  | { readonly kind: 'complete'; readonly answer: Answer; readonly facts: AnswerFacts }
  /** Its first words have come; from here on the answer settles the attempt itself. */
  | { readonly kind: 'streaming'; readonly answer: Answer };
