import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { traceRequestFromJson } from '@understudy/contracts/otlp/from-json';
import { type AttributeValue, type OtlpSpan, readSpans } from '@understudy/contracts/otlp/span-reader';
import { UnderstudyError } from '@understudy/contracts/problem';
import { factsOfCall } from '@understudy/evaluator/normalise/call-facts';
import { callFromSpan } from '@understudy/evaluator/normalise/call-from-span';
import { costOfCall, type PriceBook } from '@understudy/evaluator/pricing/price-call';
import { badRows } from './bad-rows.ts';
import type { RecordedCall } from './recorded-call.ts';

export interface OtlpSettings {
  /** Only calls of this route. */
  readonly route: string | undefined;
  readonly prices: PriceBook;
}

/** The calls of a file with one ExportTraceServiceRequest in OTLP/JSON a line, as the OpenTelemetry Collector's file exporter writes it. Spans that are no call to a model are passed over. */
export async function* otlpCalls(file: string, source: Readable, settings: OtlpSettings): AsyncGenerator<RecordedCall> {
  let line = 0;
  for await (const text of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === '') continue;
    for (const span of spansOf(text, file, line)) {
      const call = callFromSpan(span);
      if (call === undefined || (settings.route !== undefined && call.route !== settings.route)) continue;
      yield { facts: factsOfCall(call, costOfCall(settings.prices, call)), column: (name) => attributeText(span.attributes.get(name) ?? span.resource.get(name)) };
    }
  }
}

function spansOf(text: string, file: string, line: number): OtlpSpan[] {
  try {
    const { bytes, rejected } = traceRequestFromJson(Buffer.from(text));
    if (rejected[0] !== undefined) throw badRows(file, `line ${line}`, rejected[0], 'Each line must be one OTLP/JSON trace request.');
    return [...readSpans(bytes)];
  } catch (error) {
    if (error instanceof UnderstudyError && error.code !== 'BAD_ROWS') throw badRows(file, `line ${line}`, error.message, 'Each line must be one OTLP/JSON trace request, as the Collector\'s file exporter writes them.', error);
    throw error;
  }
}

function attributeText(value: AttributeValue): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : undefined;
}
