import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { MalformedOtlp } from './malformed.ts';
import { type AttributeValue, readSpans } from './span-reader.ts';
import { type PlainRequest, plainRequests } from './test-support/arbitrary-request.ts';
import { damaged, damages, outcomeOf } from './test-support/damage.ts';
import { expectedSpans } from './test-support/expected-spans.ts';
import { inDescendingOrder, TraceRequest } from './test-support/trace-proto.ts';

function encoded(request: PlainRequest | object): Uint8Array {
  return TraceRequest.encode(TraceRequest.fromObject(request)).finish();
}

function span(fields: object): Uint8Array {
  return encoded({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: Buffer.alloc(16, 1), spanId: Buffer.alloc(8, 2), ...fields }] }] }] });
}

/** A request whose only span is these bytes. */
function spanBytes(content: Uint8Array): Uint8Array {
  const wrap = (tag: number, inner: Uint8Array): Uint8Array => protobuf.Writer.create().uint32(tag).bytes(inner).finish();
  return wrap(0x0a, wrap(0x12, wrap(0x12, content)));
}

function nested(depth: number): object {
  let value: object = { stringValue: 'deep' };
  for (let level = 0; level < depth; level++) value = { arrayValue: { values: [value] } };
  return value;
}

/** As protobufjs sees it, except for the rounding of the start time, which is to 0.25 µs there and here. */
function expectSameSpans(actual: Uint8Array, oracle: Uint8Array): void {
  const read = [...readSpans(actual)];
  const expected = expectedSpans(oracle);
  expect(read.map((each) => ({ ...each, startMs: 0, durationMs: 0 }))).toStrictEqual(expected.map((each) => ({ ...each, startMs: 0, durationMs: 0 })));
  for (const [index, each] of read.entries()) {
    expect(Math.abs(each.startMs - (expected[index]?.startMs ?? 0))).toBeLessThanOrEqual(each.startMs * 2 ** -51);
    expect(Math.abs(each.durationMs - (expected[index]?.durationMs ?? 0))).toBeLessThanOrEqual(each.durationMs * 2 ** -50);
  }
}

describe('reading spans', () => {
  it('says what protobufjs says of any request', () => {
    fc.assert(fc.property(plainRequests, (request) => expectSameSpans(encoded(request), encoded(request))), { numRuns: 300 });
  });

  it('reads fields in descending order, as the OpenTelemetry Collector writes them', () => {
    fc.assert(fc.property(plainRequests, (request) => expectSameSpans(inDescendingOrder(TraceRequest, encoded(request)), encoded(request))), { numRuns: 200 });
  });

  it('keeps the nanoseconds of a duration although the start has no room for them', () => {
    const [read] = readSpans(span({ startTimeUnixNano: '1763000000000000001', endTimeUnixNano: '1763000000000000124' }));
    expect(read?.durationMs).toBe(0.000123);
    expect(read?.startMs).toBe(1763000000000);
  });

  it('gives no negative duration when a clock went back', () => {
    const [read] = readSpans(span({ startTimeUnixNano: '1763000000000000001', endTimeUnixNano: '1763000000000000000' }));
    expect(read?.durationMs).toBe(0);
  });

  it('takes a parent of zeros as no parent', () => {
    expect([...readSpans(span({ parentSpanId: Buffer.alloc(8) }))][0]?.parentSpanId).toBeUndefined();
  });

  it('lets the last of a repeated key win', () => {
    const [read] = readSpans(span({ attributes: [{ key: 'k', value: { intValue: '1' } }, { key: 'k', value: { stringValue: 'last' } }] }));
    expect(read?.attributes).toStrictEqual(new Map([['k', 'last']]));
  });

  it('holds an integer beyond 2^53 as a bigint', () => {
    const [read] = readSpans(span({ attributes: [{ key: 'k', value: { intValue: '9007199254740993' } }, { key: 'least', value: { intValue: '-9223372036854775808' } }] }));
    expect(read?.attributes).toStrictEqual(new Map<string, AttributeValue>([['k', 9007199254740993n], ['least', -(2n ** 63n)]]));
  });

  it('keeps keys like __proto__ as keys', () => {
    const [read] = readSpans(span({ attributes: [{ key: '__proto__', value: { kvlistValue: { values: [{ key: 'polluted', value: { boolValue: true } }] } } }] }));
    expect(read?.attributes.get('__proto__')).toStrictEqual(new Map([['polluted', true]]));
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('replaces invalid UTF-8 and goes on', () => {
    const content = protobuf.Writer.create().uint32(0x2a).bytes(Buffer.from([0x61, 0xff, 0xed, 0xa0, 0x80])).finish();
    expect([...readSpans(spanBytes(content))][0]?.name).toMatch(/^a\ufffd+$/);
  });

  it('ignores fields that it does not know, also fixed-size ones and groups', () => {
    const unknown = protobuf.Writer.create()
      .uint32((100 << 3) | 1).fixed64(1).uint32((101 << 3) | 5).fixed32(1).uint32(102 << 3).uint32(7).uint32((103 << 3) | 2).string('x')
      .uint32((104 << 3) | 3).uint32(1 << 3).uint32(9).uint32((104 << 3) | 4).uint32(0x2a).string('name').finish();
    expect([...readSpans(spanBytes(unknown))][0]?.name).toBe('name');
  });

  it('reads an empty request as no spans', () => {
    expect([...readSpans(new Uint8Array(0))]).toEqual([]);
  });

  it('reads 64 lists in lists and refuses more', () => {
    expect([...readSpans(span({ attributes: [{ key: 'k', value: nested(64) }] }))]).toHaveLength(1);
    expect(() => [...readSpans(span({ attributes: [{ key: 'k', value: nested(65) }] }))]).toThrow(MalformedOtlp);
  });

  it.each([
    ['a truncated varint', Buffer.from([0x30, 0x80])],
    ['a varint of 11 bytes', Buffer.from([0x30, ...Array(10).fill(0x80), 1])],
    ['a wrong wire type for a known field', Buffer.from([0x08, 1])],
    ['a length past the end', Buffer.from([0x2a, 5, 0x61])],
    ['a length of 2^40', Buffer.from([0x2a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20])],
    ['a truncated fixed64', Buffer.from([0x39, 1, 2, 3])],
    ['field number 0', Buffer.from([0x02, 0])],
    ['wire type 7', Buffer.from([0x07])],
    ['a group that never ends', Buffer.from([(20 << 3 | 3) & 0x7f | 0x80, 1, 0x08, 1])],
  ])('names %s malformed', (_, content) => {
    expect(() => [...readSpans(spanBytes(content))]).toThrow(MalformedOtlp);
  });

  it('never throws anything but its own error, whatever bytes are flipped or cut', () => {
    fc.assert(fc.property(plainRequests, damages, (request, damage) => {
      outcomeOf(() => [...readSpans(damaged(encoded(request), damage))], MalformedOtlp);
    }), { numRuns: 1_000 });
  });
});
