import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { readSpans } from '@understudy/contracts/otlp/span-reader';
import { inflate } from '@understudy/contracts/otlp/inflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ListeningReceiver, listenReceiver } from '../test-support/listening-receiver.ts';
import { MemoryLog } from '../test-support/memory-log.ts';
import { storedNames } from '../test-support/requests.ts';

type ExporterModule = { readonly OTLPTraceExporter: typeof OTLPTraceExporter };

/** An optional dependency of the SDK: not there on a machine that left it out. */
async function exporterModule(name: string): Promise<ExporterModule | undefined> {
  try {
    return (await import(name)) as ExporterModule;
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    console.log(`skipped: ${name} is not installed`);
    return undefined;
  }
}

const EXPORTERS = ['@opentelemetry/exporter-trace-otlp-proto', '@opentelemetry/exporter-trace-otlp-http'];
const MODULES = new Map(await Promise.all(EXPORTERS.map(async (name) => [name, await exporterModule(name)] as const)));

describe.each(EXPORTERS.filter((name) => MODULES.get(name) !== undefined))('spans from %s', (name) => {
  let log: MemoryLog;
  let receiver: ListeningReceiver;
  beforeEach(async () => {
    log = new MemoryLog();
    receiver = await listenReceiver({ log });
  });
  afterEach(() => receiver.close());

  function provider(compression: 'gzip' | 'none'): TracerProvider {
    const { OTLPTraceExporter: Exporter } = MODULES.get(name) as ExporterModule;
    const exporter = new Exporter({ url: `${receiver.url}/v1/traces`, compression: compression as never });
    return new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 10 })] });
  }

  it.each(['none', 'gzip'] as const)('arrive whole with compression %s', async (compression) => {
    const tracers = provider(compression);
    const span = tracers.getTracer('app').startSpan('chat gpt-5-mini', { kind: SpanKind.CLIENT, startTime: [1_763_000_000, 123_456_789], attributes: { 'gen_ai.usage.input_tokens': 12, 'understudy.targets': ['a', 'b'], streamed: true, ratio: 0.5, text: 'grüße 🙂' } });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'timed out' });
    span.end([1_763_000_001, 123_456_790]);
    await tracers.shutdown();
    const [read] = log.records.flatMap((record) => [...readSpans(inflate(record.value, 1_000_000))]);
    expect(read).toMatchObject({ ...idsOf(span), name: 'chat gpt-5-mini', kind: 3, startMs: 1_763_000_000_123.456_8, durationMs: 1_000.000_001, statusCode: 2, statusMessage: 'timed out', scopeName: 'app', parentSpanId: undefined });
    expect(read?.attributes).toEqual(new Map<string, unknown>([['gen_ai.usage.input_tokens', 12], ['understudy.targets', ['a', 'b']], ['streamed', true], ['ratio', 0.5], ['text', 'grüße 🙂']]));
    expect(read?.resource.get('telemetry.sdk.language')).toBe('nodejs');
  });

  it('arrive once when the first answer was 503 with a Retry-After', async () => {
    let answers = 0;
    log.answer = () => (++answers === 1 ? { kind: 'full', retryAfterMs: 500, reason: 'full' } : { kind: 'appended', offsets: [] });
    const tracers = provider('none');
    for (let call = 0; call < 20; call++) tracers.getTracer('app').startSpan(`call ${call}`).end();
    await tracers.shutdown();
    expect(storedNames(log)).toEqual(Array.from({ length: 20 }, (_, call) => `call ${call}`));
    expect(receiver.counters()).toMatchObject({ acceptedSpans: 20, unavailable: 1 });
  });
});

function idsOf(span: { spanContext(): { traceId: string; spanId: string } }): { traceId: string; spanId: string } {
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId };
}
