import type { AttemptContext } from '../attempts/routed-target.ts';
import { verdictOf } from '../failures/classify.ts';
import { StreamInterruptedError } from '../failures/errors.ts';
import { type Step, within } from '../attempts/time-limit.ts';
import type { ChunkTracker } from './chunk-tracker.ts';

/** How long the end of the stream, and usage that is only our wish, are waited for once the answer is complete, ms. */
const TAIL_MS = 500;
/** Usage that the application has asked for. */
const USAGE_TAIL_MS = 5_000;
const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

export interface StreamOptions {
  readonly stallMs: number;
  readonly streamMs: number;
  /** The usage chunk was our wish, not the application's. */
  readonly hidesUsage: boolean;
  /** The application asked for usage itself. */
  readonly showsUsage: boolean;
  /** How many choices the application asked for. */
  readonly choices: number;
  readonly buffer: 'full' | undefined;
  readonly nowMs: () => number;
}

export interface CommittedParts extends StreamOptions {
  readonly head: unknown[];
  readonly source: AsyncIterator<unknown>;
  /** Ends the request behind `source`. The reader's own controller is not touched: aborted means to it that the application gave up. */
  readonly abortSource: () => void;
  readonly tracker: ChunkTracker;
  readonly context: AttemptContext;
}

/**
 * A stream that belongs to its target: from here on it ends with the provider's own reason, or with a `StreamInterruptedError`; never with another
 * target's words, and never as if it were complete.
 */
export class CommittedStream implements AsyncIterator<unknown> {
  readonly #parts: CommittedParts;
  readonly #endsMs: number;
  readonly #overdue: ReturnType<typeof setTimeout>;
  #position = 0;
  #over = false;
  #finishedMs: number | undefined;
  /** What the reader has still to be told. */
  #broken: StreamInterruptedError | undefined;

  constructor(parts: CommittedParts) {
    this.#parts = parts;
    this.#endsMs = parts.nowMs() + parts.streamMs;
    // A stream that nobody reads to its end still ends.
    this.#overdue = setTimeout(() => this.#abandon(), parts.streamMs + parts.stallMs);
    this.#overdue.unref?.();
    if (parts.context.signal.aborted) this.#cancel();
    parts.context.signal.addEventListener('abort', () => this.#cancel(), { once: true });
  }

  async next(): Promise<IteratorResult<unknown>> {
    const { head, tracker, hidesUsage } = this.#parts;
    for (;;) {
      if (this.#position < head.length) {
        const chunk = head[this.#position];
        head[this.#position] = undefined;
        this.#position += 1;
        if (!(hidesUsage && isUsageOnly(chunk))) return { done: false, value: chunk };
        continue;
      }
      if (this.#over) return this.#end();
      const step = await this.#read();
      if (step === undefined) return this.#end();
      tracker.add(step.value, this.#parts.context.settlement.span.elapsedMs());
      if (!(hidesUsage && isUsageOnly(step.value))) return step;
    }
  }

  async return(): Promise<IteratorResult<unknown>> {
    if (this.#parts.tracker.isFinished) this.#finish();
    else this.#cancel();
    this.#position = this.#parts.head.length;
    return END;
  }

  /** The next chunk, or undefined when the answer is over. Throws when it broke off. */
  async #read(): Promise<IteratorYieldResult<unknown> | undefined> {
    const { tracker, source } = this.#parts;
    const step = await within(() => source.next(), this.#limitMs());
    if (this.#over) return undefined;
    if (step.kind === 'value' && !step.value.done) return step.value;
    if (tracker.isFinished || (step.kind === 'value' && tracker.mayEnd)) {
      this.#finish();
      return undefined;
    }
    throw this.#interrupt(step);
  }

  #limitMs(): number {
    const { tracker, stallMs, nowMs, showsUsage } = this.#parts;
    if (!tracker.isFinished) return Math.min(stallMs, this.#endsMs - nowMs());
    this.#finishedMs ??= nowMs();
    return this.#finishedMs + (showsUsage && !tracker.hasUsage ? USAGE_TAIL_MS : TAIL_MS) - nowMs();
  }

  /** The end, or why there is none. */
  #end(): typeof END {
    const broken = this.#broken;
    this.#broken = undefined;
    if (broken !== undefined) throw broken;
    return END;
  }

  #finish(): void {
    this.#close();
    this.#parts.context.settlement.answered(this.#parts.tracker.facts());
  }

  #cancel(): void {
    if (this.#over) return;
    this.#close();
    this.#parts.context.settlement.cancelled(this.#parts.tracker.facts());
  }

  /** Its reader has stopped for too long: no fault of the target, but no end either if it comes back. */
  #abandon(): void {
    if (this.#over) return;
    const isComplete = this.#parts.tracker.isFinished;
    if (isComplete) this.#finish();
    else this.#cancel();
    if (!isComplete) this.#broken = this.#interrupted('it was not read in time', undefined);
  }

  #interrupt(step: Step<unknown>): StreamInterruptedError {
    this.#close();
    const { tracker, context } = this.#parts;
    const cause = step.kind === 'error' ? step.error : undefined;
    const reason = step.kind === 'late' ? 'nothing more came in time' : cause instanceof Error ? cause.message : 'it ended without a finish reason';
    const errorType = step.kind === 'late' ? 'timeout' : 'stream_interrupted';
    context.settlement.failed(verdictOf('stream-interrupted'), errorType, reason, tracker.facts());
    return this.#interrupted(reason, cause);
  }

  #interrupted(reason: string, cause: unknown): StreamInterruptedError {
    const { tracker, context } = this.#parts;
    return new StreamInterruptedError({ reason, partial: tracker.partial(), served: context.settlement.served, cause });
  }

  #close(): void {
    this.#over = true;
    clearTimeout(this.#overdue);
    this.#parts.abortSource();
    // Not awaited: closing can take as long as the network likes.
    Promise.resolve(this.#parts.source.return?.()).catch(() => {});
  }
}

function isUsageOnly(chunk: unknown): boolean {
  const fields = chunk as { choices?: unknown; usage?: unknown } | undefined;
  return Array.isArray(fields?.choices) && fields.choices.length === 0 && typeof fields.usage === 'object' && fields.usage !== null;
}
