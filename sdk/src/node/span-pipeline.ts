import type { Context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, type ReadableSpan, type Span, type SpanExporter, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { SpanCounts } from '../assemble.ts';
import { SendQueue } from './send-queue.ts';

/** Spans kept while the collector is slow or away; the stock queue of 2,048 loses three of four in a burst of 10,000. */
const MAX_WAITING_SPANS = 20_000;
/** Content included, in characters and thus about in bytes. */
const MAX_WAITING_CHARACTERS = 64 * 1024 * 1024;
const MAX_BATCH_SPANS = 512;
const SCHEDULE_DELAY_MS = 250;
/** One try to send; the queue behind it is patient, a program that ends is not. */
const SEND_TIMEOUT_MS = 3_000;
/** Everything of a span but its content. */
const SPAN_CHARACTERS = 1_000;

export interface SpanPipeline {
  readonly provider: TracerProvider;
  readonly counts: () => SpanCounts;
  readonly flush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

/** A provider of our own: every span is recorded whatever the application samples, and what is lost is counted. */
export function createSpanPipeline(options: { exporter: SpanExporter; service: string; project: string; instanceId: string }): SpanPipeline {
  const gate = new QueueGate(options.exporter);
  const provider = new TracerProvider({
    sampler: new AlwaysOnSampler(),
    resource: resourceFromAttributes({ 'service.name': options.service, 'understudy.project': options.project, 'understudy.instance.id': options.instanceId }),
    spanProcessors: [gate],
    // Never cut by a length that somebody set for other spans: half a JSON string helps nobody.
    spanLimits: { attributeValueLengthLimit: Number.POSITIVE_INFINITY, attributeCountLimit: 128 },
  });
  return { provider, counts: () => gate.counts(), flush: () => gate.forceFlush(), shutdown: () => provider.shutdown() };
}

/** The exporter over HTTP; headers and compression come from `OTEL_EXPORTER_OTLP_*`. */
export function otlpExporter(url: string, timeoutMs: number | undefined): SpanExporter {
  return new OTLPTraceExporter({ url, timeoutMillis: timeoutMs ?? SEND_TIMEOUT_MS });
}

/** In front of the stock batch processor: it bounds the queue by spans and by characters, and counts what the stock one loses silently. */
class QueueGate implements SpanProcessor {
  readonly #batches: BatchSpanProcessor;
  #waiting = 0;
  #characters = 0;
  readonly #totals = { exported: 0, dropped: 0, failed: 0 };

  constructor(exporter: SpanExporter) {
    const queue = new SendQueue({ exporter, onSettled: (spans, taken) => this.#settle(spans, taken), nowMs: () => performance.now(), random: Math.random });
    this.#batches = new BatchSpanProcessor({
      exporter: queue, maxQueueSize: MAX_WAITING_SPANS, maxExportBatchSize: MAX_BATCH_SPANS, scheduledDelayMillis: SCHEDULE_DELAY_MS,
    });
  }

  onStart(span: Span, parent: Context): void {
    this.#batches.onStart(span, parent);
  }

  onEnd(span: ReadableSpan): void {
    const characters = sizeOf(span);
    if (this.#waiting >= MAX_WAITING_SPANS || this.#characters + characters > MAX_WAITING_CHARACTERS) {
      this.#totals.dropped += 1;
      return;
    }
    this.#waiting += 1;
    this.#characters += characters;
    this.#batches.onEnd(span);
  }

  counts(): SpanCounts {
    return { ...this.#totals, waiting: this.#waiting };
  }

  async forceFlush(): Promise<void> {
    await this.#batches.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#batches.shutdown();
  }

  #settle(spans: readonly ReadableSpan[], taken: boolean): void {
    this.#waiting -= spans.length;
    for (const span of spans) this.#characters -= sizeOf(span);
    if (taken) this.#totals.exported += spans.length;
    else this.#totals.failed += spans.length;
  }
}

function sizeOf(span: ReadableSpan): number {
  let characters = SPAN_CHARACTERS;
  for (const name of ['gen_ai.input.messages', 'gen_ai.output.messages']) {
    const value = span.attributes[name];
    if (typeof value === 'string') characters += value.length;
  }
  return characters;
}
