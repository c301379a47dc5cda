import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** How long a batch is tried for, ms: a collector that is restarted or full for a while loses nothing. */
const PATIENCE_MS = 120_000;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 5_000;

type ExportResult = Parameters<Parameters<SpanExporter['export']>[1]>[0];

export interface SendQueueOptions {
  readonly exporter: SpanExporter;
  /** Each batch once, when it has been taken by the collector or given up. */
  readonly onSettled: (spans: readonly ReadableSpan[], taken: boolean) => void;
  readonly nowMs: () => number;
  readonly random: () => number;
}

/**
 * In front of the stock exporter, which drops a batch for good after a few seconds: batches wait here in order and are sent again until they are taken, refused,
 * or too old. What waits does not keep the program alive; at its end everything is tried once more, and no longer.
 */
export class SendQueue implements SpanExporter {
  readonly #options: SendQueueOptions;
  readonly #batches: { readonly spans: ReadableSpan[]; readonly sinceMs: number }[] = [];
  #sending: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #ending = false;

  constructor(options: SendQueueOptions) {
    this.#options = options;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#batches.push({ spans, sinceMs: this.#options.nowMs() });
    this.#pump();
    done({ code: 0 });
  }

  /** One more try for everything that waits. */
  async forceFlush(): Promise<void> {
    this.#ending = true;
    this.#wake?.();
    this.#pump();
    await this.#sending;
    this.#ending = false;
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    await this.#options.exporter.shutdown();
  }

  #pump(): void {
    this.#sending ??= this.#sendAll().finally(() => { this.#sending = undefined; });
  }

  async #sendAll(): Promise<void> {
    let failures = 0;
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      const wasEnding = this.#ending;
      const result = await this.#send(batch.spans);
      if (result.code === 0) {
        failures = 0;
        this.#settle(true);
      } else if (!isWorthAnotherTry(result.error) || this.#options.nowMs() - batch.sinceMs > PATIENCE_MS) this.#settle(false);
      // Nobody there, and no time left: the rest would fare no better.
      else if (wasEnding && this.#ending) while (this.#batches.length > 0) this.#settle(false);
      else {
        await this.#pause(Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + this.#options.random()));
        failures += 1;
      }
    }
  }

  #send(spans: ReadableSpan[]): Promise<ExportResult> {
    return new Promise((resolve) => this.#options.exporter.export(spans, resolve));
  }

  #settle(taken: boolean): void {
    const batch = this.#batches.shift();
    if (batch !== undefined) this.#options.onSettled(batch.spans, taken);
  }

  #pause(ms: number): Promise<void> {
    if (this.#ending) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const RETRYABLE_STATUS = new Set([429, 502, 503, 504]);

/** A refused batch stays refused; one that never arrived, or came at a bad time, may be taken later. */
function isWorthAnotherTry(error: (Error & { code?: unknown }) | undefined): boolean {
  return typeof error?.code !== 'number' || RETRYABLE_STATUS.has(error.code);
}
