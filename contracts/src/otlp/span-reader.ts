import { type AttributeValue, readKeyValue, readText } from './value-reader.ts';
import { WireReader } from './wire.ts';

export type { AttributeValue } from './value-reader.ts';

/** A span as the pipeline reads it. Ids are lower-case hex of whatever length was sent; `parentSpanId` is undefined for a root. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer; others are passed on. */
  readonly kind: number;
  /** ms since 1970, to about 0.25 µs. */
  readonly startMs: number;
  /** ms, to the nanosecond; 0 when the span ends before it starts or has no end. */
  readonly durationMs: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string | undefined;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  readonly resource: ReadonlyMap<string, AttributeValue>;
  readonly scopeName: string | undefined;
  readonly droppedAttributesCount: number;
}

/**
 * The spans of an ExportTraceServiceRequest (or TracesData), one at a time. Fields may come in any order, as the OpenTelemetry Collector
 * writes ScopeSpans before Resource; of a repeated key or field the last wins; unknown fields are ignored. Throws `MalformedOtlp`.
 */
export function* readSpans(bytes: Uint8Array): Generator<OtlpSpan, void, undefined> {
  const reader = new WireReader(bytes);
  const end = reader.bytes.length;
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) yield* readResourceSpans(reader, reader.lengthEnd(end));
    else reader.skipUnknown(tag, end, 1);
  }
}

/** Some senders write this for a root. */
const NO_SPAN_ID = '0000000000000000';

/** Position and end of each of several sub-messages, in turn. */
type Ranges = number[];

function* readResourceSpans(reader: WireReader, end: number): Generator<OtlpSpan, void, undefined> {
  const resource = new Map<string, AttributeValue>();
  const scopes: Ranges = [];
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readResource(reader, reader.lengthEnd(end), resource);
    else if (tag === 0x12) noteRange(reader, end, scopes);
    else if (tag === 0x1a) reader.skip(tag & 7, end);
    else reader.skipUnknown(tag, end, 3);
  }
  for (let index = 0; index < scopes.length; index += 2) {
    reader.position = scopes[index] as number;
    yield* readScopeSpans(reader, scopes[index + 1] as number, resource);
  }
  reader.position = end;
}

function* readScopeSpans(reader: WireReader, end: number, resource: ReadonlyMap<string, AttributeValue>): Generator<OtlpSpan, void, undefined> {
  let scopeName: string | undefined;
  const spans: Ranges = [];
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) scopeName = readScopeName(reader, reader.lengthEnd(end), scopeName);
    else if (tag === 0x12) noteRange(reader, end, spans);
    else if (tag === 0x1a) reader.skip(tag & 7, end);
    else reader.skipUnknown(tag, end, 3);
  }
  for (let index = 0; index < spans.length; index += 2) {
    reader.position = spans[index] as number;
    yield readSpan(reader, spans[index + 1] as number, resource, scopeName === '' ? undefined : scopeName);
  }
}

function noteRange(reader: WireReader, end: number, ranges: Ranges): void {
  const messageEnd = reader.lengthEnd(end);
  ranges.push(reader.position, messageEnd);
  reader.position = messageEnd;
}

function readResource(reader: WireReader, end: number, attributes: Map<string, AttributeValue>): void {
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readKeyValue(reader, reader.lengthEnd(end), attributes, 0);
    else if (tag === 0x10 || tag === 0x1a) reader.skip(tag & 7, end);
    else reader.skipUnknown(tag, end, 3);
  }
}

function readScopeName(reader: WireReader, end: number, before: string | undefined): string | undefined {
  let name = before;
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) name = readText(reader, end);
    else if (tag === 0x12 || tag === 0x1a || tag === 0x20) reader.skip(tag & 7, end);
    else reader.skipUnknown(tag, end, 4);
  }
  return name;
}

function readSpan(reader: WireReader, end: number, resource: ReadonlyMap<string, AttributeValue>, scopeName: string | undefined): OtlpSpan {
  const attributes = new Map<string, AttributeValue>();
  const bytes = reader.bytes;
  const status = { code: 0, message: '' };
  let traceId = '', spanId = '', parentSpanId = '', name = '';
  let kind = 0, droppedAttributesCount = 0;
  let startLow = 0, startHigh = 0, endLow = 0, endHigh = 0;
  while (reader.position < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x0a: traceId = readId(reader, end); break;
      case 0x12: spanId = readId(reader, end); break;
      case 0x22: parentSpanId = readId(reader, end); break;
      case 0x2a: name = readText(reader, end); break;
      case 0x30: kind = reader.varint(end) | 0; break;
      case 0x39: {
        const at = reader.fixed(8, end);
        startLow = bytes.readUInt32LE(at);
        startHigh = bytes.readUInt32LE(at + 4);
        break;
      }
      case 0x41: {
        const at = reader.fixed(8, end);
        endLow = bytes.readUInt32LE(at);
        endHigh = bytes.readUInt32LE(at + 4);
        break;
      }
      case 0x4a: readKeyValue(reader, reader.lengthEnd(end), attributes, 0); break;
      case 0x50: droppedAttributesCount = reader.varint(end); break;
      case 0x7a: readStatus(reader, reader.lengthEnd(end), status); break;
      // trace state, events and links with their counts, flags: nothing reads them yet.
      case 0x1a: case 0x5a: case 0x60: case 0x6a: case 0x70: case 0x85: reader.skip(tag & 7, end); break;
      default: reader.skipUnknown(tag, end, 16);
    }
  }
  return {
    traceId, spanId,
    parentSpanId: parentSpanId === '' || parentSpanId === NO_SPAN_ID ? undefined : parentSpanId,
    name, kind,
    startMs: millis(startHigh, startLow),
    durationMs: Math.max(0, millis(endHigh - startHigh, endLow - startLow)),
    statusCode: status.code,
    statusMessage: status.message === '' ? undefined : status.message,
    attributes, resource, scopeName, droppedAttributesCount,
  };
}

/**
 * Nanoseconds in two halves as ms. They are joined before the division, so that a whole ms stays whole; halves that were subtracted before
 * (a duration) keep their nanoseconds up to 104 days.
 */
function millis(high: number, low: number): number {
  return (high * 0x1_0000_0000 + low) / 1e6;
}

function readId(reader: WireReader, end: number): string {
  const idEnd = reader.lengthEnd(end);
  const start = reader.position;
  reader.position = idEnd;
  return reader.bytes.toString('hex', start, idEnd);
}

function readStatus(reader: WireReader, end: number, status: { code: number; message: string }): void {
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x12) status.message = readText(reader, end);
    else if (tag === 0x18) status.code = reader.varint(end) | 0;
    // Field 1 was a code before OTLP 1.0 and is reserved.
    else if (tag >>> 3 === 1) reader.skip(tag & 7, end);
    else reader.skipUnknown(tag, end, 3);
  }
}
