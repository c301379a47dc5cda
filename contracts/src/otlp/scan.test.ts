import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { dropSpans } from './drop-spans.ts';
import { MalformedOtlp, OverLimit } from './malformed.ts';
import { scanRequest } from './scan.ts';
import { readSpans } from './span-reader.ts';
import { type PlainRequest, plainRequests } from './test-support/arbitrary-request.ts';
import { damaged, damages, outcomeOf } from './test-support/damage.ts';
import { inDescendingOrder, TraceRequest } from './test-support/trace-proto.ts';

const LIMITS = { maxSpans: 100, maxSpanBytes: 200_000, maxAttributesPerSpan: 20, maxAttributeKeyBytes: 64, maxValuesPerSpan: 10_000, maxFields: 100_000 };
const GOOD = { traceId: Buffer.alloc(16, 1), spanId: Buffer.alloc(8, 2), name: 'good' };

function encoded(request: PlainRequest | object): Uint8Array {
  return TraceRequest.encode(TraceRequest.fromObject(request)).finish();
}

function spans(...list: object[]): Uint8Array {
  return encoded({ resourceSpans: [{ scopeSpans: [{ spans: list }] }] });
}

function reasons(bytes: Uint8Array): string[] {
  return scanRequest(bytes, LIMITS).rejected.map((each) => each.reason);
}

/** A good span, one with these bytes, a good span. */
function between(content: Uint8Array): Uint8Array {
  const good = TraceRequest.lookupTypeOrEnum('Span') as protobuf.Type;
  const wrap = (tag: number, ...inner: Uint8Array[]): Uint8Array => protobuf.Writer.create().uint32(tag).bytes(Buffer.concat(inner)).finish();
  const goodBytes = good.encode(good.fromObject(GOOD)).finish();
  return wrap(0x0a, wrap(0x12, wrap(0x12, goodBytes), wrap(0x12, content), wrap(0x12, goodBytes)));
}

describe('scanning a request', () => {
  it('finds as many spans as the reader reads, and nothing to reject in valid ones', () => {
    fc.assert(fc.property(plainRequests, fc.boolean(), (request, descending) => {
      const bytes = descending ? inDescendingOrder(TraceRequest, encoded(request)) : encoded(request);
      expect(scanRequest(bytes, LIMITS)).toEqual({ spanCount: [...readSpans(bytes)].length, rejected: [] });
    }), { numRuns: 300 });
  });

  it('rejects the span, not the request, for an id that is missing, short or all zero', () => {
    expect(reasons(spans(
      GOOD, { ...GOOD, traceId: Buffer.alloc(16) }, { ...GOOD, traceId: Buffer.alloc(15, 1) }, { ...GOOD, spanId: Buffer.alloc(8) }, { traceId: GOOD.traceId },
      { ...GOOD, parentSpanId: Buffer.alloc(3, 1) }, { ...GOOD, parentSpanId: Buffer.alloc(8) },
    ))).toEqual(['invalid trace id', 'invalid trace id', 'invalid span id', 'invalid span id', 'invalid parent span id']);
  });

  it('rejects a span that is too large, has too many attributes or values, or too long a key', () => {
    const many = (count: number): object[] => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: { boolValue: true } }));
    expect(reasons(spans(GOOD, { ...GOOD, name: 'n'.repeat(200_001) }, { ...GOOD, attributes: many(21) }, { ...GOOD, attributes: [{ key: 'k'.repeat(65) }] },
      { ...GOOD, attributes: [{ key: 'k', value: { kvlistValue: { values: many(10_001) } } }] }, { ...GOOD, attributes: many(20) }))).toEqual([
      'larger than 200000 bytes', 'more than 20 attributes', 'an attribute key longer than 64 bytes', 'more than 10000 values in one span, resource or scope',
    ]);
  });

  it('rejects a span whose inside is broken and keeps its neighbours', () => {
    const bytes = between(Buffer.from([0x4a, 3, 0x0a, 9, 0x61]));
    const scan = scanRequest(bytes, LIMITS);
    expect(scan).toMatchObject({ spanCount: 3, rejected: [{ malformed: true, reason: expect.stringContaining('length runs past its message') }] });
    expect([...readSpans(dropSpans(bytes, new Set(scan.rejected.map((each) => each.start))))].map((each) => each.name)).toEqual(['good', 'good']);
  });

  it('refuses a request with too many spans, envelopes or fields', () => {
    expect(() => scanRequest(spans(...Array(101).fill(GOOD)), LIMITS)).toThrow(OverLimit);
    expect(() => scanRequest(encoded({ resourceSpans: Array(201).fill({}) }), LIMITS)).toThrow(OverLimit);
    const full = { ...GOOD, attributes: [{ key: 'k', value: { arrayValue: { values: Array(9_000).fill({}) } } }] };
    expect(() => scanRequest(spans(...Array(12).fill(full)), LIMITS)).toThrow(OverLimit);
  });

  it('refuses a request of which more than 1,000 spans are broken', () => {
    const broken = Buffer.alloc(3 * 1_001).fill(Buffer.from([0x12, 1, 0x0a]));
    const wrap = (tag: number, inner: Uint8Array): Uint8Array => protobuf.Writer.create().uint32(tag).bytes(inner).finish();
    expect(() => scanRequest(wrap(0x0a, wrap(0x12, broken)), { ...LIMITS, maxSpans: 10_000 })).toThrow('more than 1000 broken spans');
    expect(scanRequest(wrap(0x0a, wrap(0x12, broken.subarray(3))), { ...LIMITS, maxSpans: 10_000 }).rejected).toHaveLength(1_000);
  });

  it('calls every cut through the outer framing malformed', () => {
    const bytes = spans(GOOD, GOOD);
    for (let length = 1; length < bytes.length; length++) expect(() => scanRequest(bytes.subarray(0, length), LIMITS)).toThrow(MalformedOtlp);
  });

  it('passes nothing that the reader cannot read, whatever bytes are flipped', () => {
    fc.assert(fc.property(plainRequests, damages, (request, damage) => {
      const bytes = damaged(encoded(request), damage);
      const scan = outcomeOf(() => scanRequest(bytes, LIMITS), MalformedOtlp, OverLimit);
      if (scan instanceof Error) return;
      const kept = dropSpans(bytes, new Set(scan.rejected.map((each) => each.start)));
      expect([...readSpans(kept)]).toHaveLength(scan.spanCount - scan.rejected.length);
      expect(scanRequest(kept, LIMITS).rejected).toEqual([]);
    }), { numRuns: 1_000 });
  });
});

describe('dropping spans', () => {
  it('leaves the others as they were, with their resource and scope', () => {
    fc.assert(fc.property(plainRequests, fc.infiniteStream(fc.boolean()), (request, choice) => {
      const keep = new Set(request.resourceSpans.flatMap((each) => each.scopeSpans.flatMap((scope) => scope.spans)).filter(() => choice.next().value));
      const kept = { resourceSpans: request.resourceSpans.map((each) => ({ ...each, scopeSpans: each.scopeSpans.map((scope) => ({ ...scope, spans: scope.spans.filter((span) => keep.has(span)) })) })) };
      const bad = { resourceSpans: request.resourceSpans.map((each) => ({ ...each, scopeSpans: each.scopeSpans.map((scope) => ({ ...scope, spans: scope.spans.map((span) => (keep.has(span) ? span : { ...span, spanId: Buffer.alloc(8) })) })) })) };
      const bytes = encoded(bad);
      const { rejected } = scanRequest(bytes, LIMITS);
      expect(Buffer.from(dropSpans(bytes, new Set(rejected.map((each) => each.start))))).toEqual(Buffer.from(encoded(kept)));
    }), { numRuns: 200 });
  });
});
