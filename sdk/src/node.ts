import { ProxyTracerProvider } from '@opentelemetry/api';
import { assemble, type Understudy } from './assemble.ts';
import { SYSTEM_PORTS } from './clock.ts';
import { processEnvironment, readExportTimeoutMs, readSettings, type UnderstudyOptions } from './configuration.ts';
import { createSpanPipeline, otlpExporter, type SpanPipeline } from './node/span-pipeline.ts';

/**
 * `createUnderstudy` for an application without OpenTelemetry, or with one whose sampling must not lose calls: spans go through a provider of our own,
 * with the application's active span as parent, straight to the evaluator. `tracerProvider` is used instead where it is given.
 */
export function createUnderstudy(options: UnderstudyOptions): Understudy {
  const settings = readSettings(options, processEnvironment());
  const instanceId = SYSTEM_PORTS.newId();
  const ports = { ...SYSTEM_PORTS, instanceId };
  if (options.tracerProvider !== undefined) return assemble(settings, { ...ports, tracerProvider: options.tracerProvider });
  if (settings.tracesUrl === undefined || settings.spansDisabled || settings.disabled) return assemble({ ...settings, spansDisabled: true }, { ...ports, tracerProvider: new ProxyTracerProvider() });
  const pipeline = createSpanPipeline({ exporter: otlpExporter(settings.tracesUrl, readExportTimeoutMs(processEnvironment())), service: settings.service, project: settings.project, instanceId });
  const understudy = assemble(settings, { ...ports, tracerProvider: pipeline.provider, spanCounts: pipeline.counts, shutdownSpans: () => shutDown(pipeline) });
  flushAtTheEnd(pipeline);
  return understudy;
}

const open = new Set<SpanPipeline>();

/** A program that simply comes to its end still sends its last spans. One listener for all: a program may make many of these. */
function flushAtTheEnd(pipeline: SpanPipeline): void {
  if (open.size === 0) process.once('beforeExit', flushAll);
  open.add(pipeline);
}

function flushAll(): void {
  for (const pipeline of open) void pipeline.flush().catch(() => {});
}

async function shutDown(pipeline: SpanPipeline): Promise<void> {
  open.delete(pipeline);
  if (open.size === 0) process.off('beforeExit', flushAll);
  await pipeline.shutdown();
}
