import fc from 'fast-check';

/** A request as protobufjs takes it (lowerCamelCase, ids as bytes, 64-bit integers as decimal text). */
export interface PlainRequest {
  readonly resourceSpans: readonly PlainResourceSpans[];
}
export interface PlainResourceSpans {
  readonly resource?: { readonly attributes: readonly PlainKeyValue[] };
  readonly scopeSpans: readonly { readonly scope?: { readonly name: string }; readonly spans: readonly PlainSpan[] }[];
}
export interface PlainSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId?: Uint8Array;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly PlainKeyValue[];
  readonly droppedAttributesCount: number;
  readonly status?: { readonly code: number; readonly message: string };
}
export interface PlainKeyValue {
  readonly key: string;
  readonly value: PlainValue;
}
export interface PlainValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly PlainValue[] };
  readonly kvlistValue?: { readonly values: readonly PlainKeyValue[] };
  readonly bytesValue?: Uint8Array;
}

const keys = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'a.__proto__.b', 'gen_ai.request.model', ''), fc.string({ maxLength: 12, unit: 'grapheme' }));

const { value: values } = fc.letrec<{ value: PlainValue; keyValue: PlainKeyValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ stringValue: fc.string({ unit: 'grapheme', maxLength: 200 }) }),
    fc.constant({}),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -300n, max: 300n })).map(String) }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 20 }) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 4 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie('keyValue'), { maxLength: 4 }) }) }),
  ),
  keyValue: fc.record({ key: keys, value: tie('value') }),
}));

const attributes = fc.array(fc.record({ key: keys, value: values }), { maxLength: 8 });
const nanos = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 1_760_000_000_000_000_000n, max: 1_760_000_100_000_000_000n })).map(String);
const id = (size: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: size, maxLength: size }).filter((bytes) => bytes.some((byte) => byte !== 0));

const spans: fc.Arbitrary<PlainSpan> = fc.record({
  traceId: id(16), spanId: id(8), parentSpanId: id(8), name: fc.string({ unit: 'grapheme' }), kind: fc.integer({ min: 0, max: 9 }),
  startTimeUnixNano: nanos, endTimeUnixNano: nanos, attributes, droppedAttributesCount: fc.nat(), status: fc.record({ code: fc.integer({ min: 0, max: 3 }), message: fc.string() }),
}, { requiredKeys: ['traceId', 'spanId', 'name', 'kind', 'startTimeUnixNano', 'endTimeUnixNano', 'attributes', 'droppedAttributesCount'] });

/** Requests with valid ids and every kind of attribute value. */
export const plainRequests: fc.Arbitrary<PlainRequest> = fc.record({
  resourceSpans: fc.array(fc.record({
    resource: fc.record({ attributes }),
    scopeSpans: fc.array(fc.record({ scope: fc.record({ name: fc.string() }), spans: fc.array(spans, { maxLength: 4 }) }, { requiredKeys: ['spans'] }), { maxLength: 3 }),
  }, { requiredKeys: ['scopeSpans'] }), { maxLength: 3 }),
});
