import { MalformedOtlp, MAX_MALFORMED_SPANS, OverLimit, tooManyMalformed } from './malformed.ts';
import { ANY_VALUE, KEY_FIELD, KEY_VALUE, MESSAGE_FIELD, type MessageShape, PLAIN_FIELD, RESOURCE_SPANS, SCOPE_SPANS, SPAN, TRACE_REQUEST } from './schema.ts';
import { MAX_VALUE_DEPTH } from './value-reader.ts';
import { WireReader } from './wire.ts';

export interface ScanLimits {
  /** Spans of one request, and likewise the resource and scope envelopes around them. */
  readonly maxSpans: number;
  readonly maxSpanBytes: number;
  readonly maxAttributesPerSpan: number;
  readonly maxAttributeKeyBytes: number;
  /** All values of one span, those in lists, maps, events and links too: what a reader may have to hold in memory as objects. */
  readonly maxValuesPerSpan: number;
  /** All fields of the request, at every level: what bounds the time of the scan. */
  readonly maxFields: number;
}

/** A span that must not be stored, and why; `start` is where its message begins (after its length). */
export interface RejectedSpan {
  readonly start: number;
  readonly reason: string;
  /** Its own bytes are broken, as opposed to well formed and unacceptable. */
  readonly malformed: boolean;
}

export interface Scan {
  readonly spanCount: number;
  readonly rejected: readonly RejectedSpan[];
}

/**
 * Walks the framing of a request without decoding it: counts the spans and finds those that must not be stored. A fault inside a span rejects
 * that span only; one outside of the spans throws `MalformedOtlp`, too much of anything there `OverLimit`.
 */
export function scanRequest(bytes: Uint8Array, limits: ScanLimits): Scan {
  const scanner = new Scanner(bytes, limits);
  scanner.request();
  return { spanCount: scanner.spanCount, rejected: scanner.rejected };
}

class Scanner {
  readonly rejected: RejectedSpan[] = [];
  spanCount = 0;
  private readonly reader: WireReader;
  private readonly limits: ScanLimits;
  private envelopeCount = 0;
  private depth = 0;
  private valueCount = 0;
  private fieldCount = 0;
  private malformedCount = 0;

  constructor(bytes: Uint8Array, limits: ScanLimits) {
    this.reader = new WireReader(bytes);
    this.limits = limits;
  }

  request(): void {
    const end = this.reader.bytes.length;
    while (this.reader.position < end) {
      const tag = this.nextTag(end);
      if (tag === 0x0a) this.resourceSpans(this.reader.lengthEnd(end));
      else this.field(TRACE_REQUEST, tag, end);
    }
  }

  private resourceSpans(end: number): void {
    this.countEnvelope();
    while (this.reader.position < end) {
      const tag = this.nextTag(end);
      if (tag === 0x12) this.scopeSpans(this.reader.lengthEnd(end));
      else this.field(RESOURCE_SPANS, tag, end);
    }
  }

  private scopeSpans(end: number): void {
    this.countEnvelope();
    while (this.reader.position < end) {
      const tag = this.nextTag(end);
      if (tag === 0x12) this.span(this.reader.lengthEnd(end));
      else this.field(SCOPE_SPANS, tag, end);
    }
  }

  /** Also gives what follows a fresh allowance of values. */
  private countEnvelope(): void {
    this.depth = 0;
    this.valueCount = 0;
    if (++this.envelopeCount > 2 * this.limits.maxSpans) throw tooMany('resource and scope envelopes', this.limits.maxSpans);
  }

  private span(end: number): void {
    if (++this.spanCount > this.limits.maxSpans) throw tooMany('spans', this.limits.maxSpans);
    const start = this.reader.position;
    this.depth = 0;
    this.valueCount = 0;
    try {
      const fault = end - start > this.limits.maxSpanBytes ? `larger than ${this.limits.maxSpanBytes} bytes` : this.spanFault(end);
      if (fault !== undefined) this.rejected.push({ start, reason: fault, malformed: false });
    } catch (error) {
      this.rejectFor(error, start);
    }
    this.reader.position = end;
  }

  private rejectFor(error: unknown, start: number): void {
    if (error instanceof RequestOverLimit || !(error instanceof MalformedOtlp || error instanceof OverLimit)) throw error;
    if (error instanceof MalformedOtlp && ++this.malformedCount > MAX_MALFORMED_SPANS) throw tooManyMalformed();
    this.rejected.push({ start, reason: error.message, malformed: error instanceof MalformedOtlp });
  }

  private spanFault(end: number): string | undefined {
    const reader = this.reader;
    let attributeCount = 0;
    let hasTraceId = false, hasSpanId = false, hasValidParent = true;
    while (reader.position < end) {
      const tag = this.nextTag(end);
      switch (tag) {
        case 0x0a: hasTraceId = this.isId(16, end); break;
        case 0x12: hasSpanId = this.isId(8, end); break;
        case 0x22: hasValidParent = this.isParent(end); break;
        case 0x4a:
          if (++attributeCount > this.limits.maxAttributesPerSpan) return `more than ${this.limits.maxAttributesPerSpan} attributes`;
          this.message(KEY_VALUE, reader.lengthEnd(end));
          break;
        default: this.field(SPAN, tag, end);
      }
    }
    if (!hasTraceId) return 'invalid trace id';
    if (!hasSpanId) return 'invalid span id';
    return hasValidParent ? undefined : 'invalid parent span id';
  }

  /** Of the right length and not all zero. */
  private isId(size: number, end: number): boolean {
    const idEnd = this.reader.lengthEnd(end);
    const start = this.reader.position;
    this.reader.position = idEnd;
    if (idEnd - start !== size) return false;
    for (let index = start; index < idEnd; index++) if (this.reader.bytes[index] !== 0) return true;
    return false;
  }

  /** Empty, or 8 bytes; all zero is a root. */
  private isParent(end: number): boolean {
    const idEnd = this.reader.lengthEnd(end);
    const size = idEnd - this.reader.position;
    this.reader.position = idEnd;
    return size === 0 || size === 8;
  }

  private nextTag(end: number): number {
    if (++this.fieldCount > this.limits.maxFields) throw new RequestOverLimit(this.limits.maxFields);
    return this.reader.tag(end);
  }

  private fields(shape: MessageShape, end: number): void {
    while (this.reader.position < end) this.field(shape, this.nextTag(end), end);
  }

  private field(shape: MessageShape, tag: number, end: number): void {
    const action = tag < 256 ? shape.actionByTag[tag] : 0;
    if (action === PLAIN_FIELD) this.reader.skip(tag & 7, end);
    else if (action === MESSAGE_FIELD) this.message(shape.messageByTag[tag] as MessageShape, this.reader.lengthEnd(end));
    else if (action === KEY_FIELD) this.key(end);
    else this.reader.skipUnknown(tag, end, shape.highestField);
  }

  private message(shape: MessageShape, end: number): void {
    if (shape !== ANY_VALUE) {
      this.fields(shape, end);
      return;
    }
    if (this.depth > MAX_VALUE_DEPTH) throw this.reader.malformed(`an attribute nested deeper than ${MAX_VALUE_DEPTH}`);
    if (++this.valueCount > this.limits.maxValuesPerSpan) throw tooMany('values in one span, resource or scope', this.limits.maxValuesPerSpan);
    this.depth++;
    this.fields(shape, end);
    this.depth--;
  }

  private key(end: number): void {
    const keyEnd = this.reader.lengthEnd(end);
    const size = keyEnd - this.reader.position;
    if (size > this.limits.maxAttributeKeyBytes) throw new OverLimit(`an attribute key longer than ${this.limits.maxAttributeKeyBytes} bytes`, 'Use shorter attribute keys.');
    this.reader.position = keyEnd;
  }
}

/** Unlike a span's own limits it ends the whole scan. */
class RequestOverLimit extends OverLimit {
  constructor(limit: number) {
    super(`more than ${limit} fields in one request`, FIX);
  }
}

const FIX = 'Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE) or fewer attributes.';

function tooMany(what: string, limit: number): OverLimit {
  return new OverLimit(`more than ${limit} ${what}`, FIX);
}
