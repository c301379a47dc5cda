import type { AttemptContext } from '../attempts/routed-target.ts';
import { within } from '../attempts/time-limit.ts';
import { classify } from '../failures/classify.ts';
import { factsOf } from '../failures/error-facts.ts';
import { AttemptTimeoutError, UnusableAnswerError } from '../failures/errors.ts';
import { ChunkTracker } from './chunk-tracker.ts';
import { CommittedStream, type StreamOptions } from './committed-stream.ts';

/** Chunks held back at most while nothing has been said yet, or while all of it is. */
const MAX_HELD_CHUNKS = { silent: 1_000, speaking: 100_000 };

/**
 * Waits for the first words of a stream: headers, role chunks and pings commit to nothing. Until then every failure may still be answered by another
 * target. With `buffer: 'full'` that is so until the provider has said that the answer is complete.
 */
export async function openStream(raw: unknown, context: AttemptContext, options: StreamOptions): Promise<unknown> {
  if (!isStream(raw)) throw new UnusableAnswerError(context.target, 'something that is not a stream');
  const source = raw[Symbol.asyncIterator]();
  const tracker = new ChunkTracker(options.choices);
  const head: unknown[] = [];
  const isReady = (): boolean => (options.buffer === 'full' ? tracker.isFinished : tracker.hasOutput || tracker.isFinished);
  while (!isReady()) {
    const step = await nextInTime(source, tracker, context, options);
    if (step.done && tracker.mayEnd) break;
    if (step.done) throw new UnusableAnswerError(context.target, head.length === 0 ? 'an empty stream' : 'a stream that ended before its answer was complete');
    tracker.add(step.value, context.settlement.span.elapsedMs());
    head.push(step.value);
    if (head.length > MAX_HELD_CHUNKS[tracker.hasOutput ? 'speaking' : 'silent']) throw new UnusableAnswerError(context.target, `${head.length} chunks without an answer`);
  }
  const committed = new CommittedStream({ ...options, head, source, abortSource: () => raw.controller?.abort(), tracker, context });
  return asClientStream(raw, committed, context.controller);
}

/** The next chunk. With `buffer: 'full'` the attempt as a whole has longer than its first words. */
async function nextInTime(source: AsyncIterator<unknown>, tracker: ChunkTracker, { firstTokenMs, settlement, target }: AttemptContext, { stallMs }: StreamOptions): Promise<IteratorResult<unknown>> {
  const limitMs = tracker.hasOutput ? stallMs : firstTokenMs;
  const step = await within(() => source.next(), tracker.hasOutput ? stallMs : firstTokenMs - settlement.span.elapsedMs());
  if (step.kind === 'value') return step.value;
  if (step.kind === 'late') throw new AttemptTimeoutError(target, limitMs, !tracker.hasOutput);
  // A bug it may be, but of the client in the face of what it was sent, not of the application.
  const isUnreadable = classify(factsOf(step.error, 0)).failure === 'application-bug';
  throw isUnreadable ? new UnusableAnswerError(target, `a stream that its client cannot read: ${(step.error as Error).message}`) : step.error;
}

interface ClientStream extends AsyncIterable<unknown> {
  readonly controller?: AbortController;
}

function isStream(raw: unknown): raw is ClientStream {
  return typeof raw === 'object' && raw !== null && Symbol.asyncIterator in raw;
}

/** The client's own kind of stream, so that `tee()`, `toReadableStream()` and `controller` go on working. */
function asClientStream(raw: ClientStream, committed: CommittedStream, controller: AbortController): unknown {
  let taken = false;
  const iterate = (): AsyncIterator<unknown> => {
    if (taken) throw new Error('a stream can be read once; `tee()` splits it');
    taken = true;
    return { next: () => committed.next(), return: () => committed.return(), [Symbol.asyncIterator]() { return this; } } as AsyncIterator<unknown>;
  };
  const kind = raw.constructor as new (iterator: () => AsyncIterator<unknown>, controller: AbortController) => unknown;
  if (raw.controller !== undefined && typeof kind === 'function' && kind !== Object) return new kind(iterate, controller);
  return { controller, [Symbol.asyncIterator]: iterate };
}
