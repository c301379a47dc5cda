import { TraceRequest } from './trace-proto.ts';
import type { AttributeValue, OtlpSpan } from '../span-reader.ts';
import type { PlainKeyValue, PlainRequest, PlainSpan, PlainValue } from './arbitrary-request.ts';

/** What the reader should say, by way of protobufjs. */
export function expectedSpans(bytes: Uint8Array): OtlpSpan[] {
  const request = TraceRequest.toObject(TraceRequest.decode(bytes), { longs: String, arrays: true }) as PlainRequest;
  return request.resourceSpans.flatMap((resourceSpans) => resourceSpans.scopeSpans.flatMap((scopeSpans) => scopeSpans.spans.map((span) =>
    expectedSpan(span, attributeMap(resourceSpans.resource?.attributes ?? []), scopeSpans.scope?.name || undefined))));
}

function expectedSpan(span: PlainSpan, resource: Map<string, AttributeValue>, scopeName: string | undefined): OtlpSpan {
  const start = BigInt(span.startTimeUnixNano ?? 0);
  const end = BigInt(span.endTimeUnixNano ?? 0);
  return {
    traceId: hex(span.traceId), spanId: hex(span.spanId),
    parentSpanId: span.parentSpanId === undefined || hex(span.parentSpanId) === '' ? undefined : hex(span.parentSpanId),
    name: span.name ?? '', kind: span.kind ?? 0,
    startMs: Number(start) / 1e6,
    durationMs: end > start ? Number(end - start) / 1e6 : 0,
    statusCode: span.status?.code ?? 0, statusMessage: span.status?.message || undefined,
    attributes: attributeMap(span.attributes), resource, scopeName, droppedAttributesCount: span.droppedAttributesCount ?? 0,
  };
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}

function attributeMap(list: readonly PlainKeyValue[]): Map<string, AttributeValue> {
  return new Map(list.map((entry) => [entry.key ?? '', plainValue(entry.value ?? {})]));
}

function plainValue(value: PlainValue): AttributeValue {
  if (value.intValue !== undefined) return Number.isSafeInteger(Number(value.intValue)) ? Number(value.intValue) : BigInt(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.kvlistValue !== undefined) return attributeMap(value.kvlistValue.values ?? []);
  if (value.bytesValue !== undefined) return new Uint8Array(value.bytesValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}
