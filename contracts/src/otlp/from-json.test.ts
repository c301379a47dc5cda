import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceRequestFromJson } from './from-json.ts';
import { MalformedOtlp } from './malformed.ts';
import { readSpans, type OtlpSpan } from './span-reader.ts';
import { type PlainKeyValue, type PlainRequest, type PlainValue, plainRequests } from './test-support/arbitrary-request.ts';
import { damaged, damages, outcomeOf } from './test-support/damage.ts';
import { TraceRequest } from './test-support/trace-proto.ts';

const IDS = { traceId: '0102030405060708090a0b0c0d0e0f10', spanId: '0102030405060708' };

function convert(text: string): ReturnType<typeof traceRequestFromJson> {
  return traceRequestFromJson(Buffer.from(text));
}

function oneSpan(fields: object): OtlpSpan | undefined {
  const converted = convert(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...IDS, ...fields }] }] }] }));
  expect(converted.rejected).toEqual([]);
  return [...readSpans(converted.bytes)][0];
}

function attribute(value: object): unknown {
  return oneSpan({ attributes: [{ key: 'k', value }] })?.attributes.get('k');
}

/** The same request as an OTLP/JSON sender writes it. */
function otlpJson(request: PlainRequest, upperCase: boolean): object {
  const hex = (bytes: Uint8Array): string => (upperCase ? Buffer.from(bytes).toString('hex').toUpperCase() : Buffer.from(bytes).toString('hex'));
  const value = (each: PlainValue): object => {
    if (each.arrayValue !== undefined) return { arrayValue: { values: each.arrayValue.values.map(value) } };
    if (each.kvlistValue !== undefined) return { kvlistValue: { values: each.kvlistValue.values.map(keyValue) } };
    if (each.bytesValue !== undefined) return { bytesValue: Buffer.from(each.bytesValue).toString('base64') };
    if (each.doubleValue !== undefined) return { doubleValue: Number.isFinite(each.doubleValue) ? (Object.is(each.doubleValue, -0) ? '-0' : each.doubleValue) : String(each.doubleValue) };
    return each;
  };
  const keyValue = (each: PlainKeyValue): object => ({ key: each.key, value: value(each.value) });
  return {
    resourceSpans: request.resourceSpans.map((resourceSpans) => ({
      ...(resourceSpans.resource === undefined ? {} : { resource: { attributes: resourceSpans.resource.attributes.map(keyValue) } }),
      scopeSpans: resourceSpans.scopeSpans.map((scopeSpans) => ({
        ...scopeSpans,
        spans: scopeSpans.spans.map((span) => ({
          ...span, traceId: hex(span.traceId), spanId: hex(span.spanId), ...(span.parentSpanId === undefined ? {} : { parentSpanId: hex(span.parentSpanId) }),
          attributes: span.attributes.map(keyValue),
        })),
      })),
    })),
  };
}

describe('OTLP/JSON', () => {
  it('means the same spans as the protobuf of the same request', () => {
    fc.assert(fc.property(plainRequests, fc.boolean(), (request, upperCase) => {
      const converted = convert(JSON.stringify(otlpJson(request, upperCase)));
      expect(converted.rejected).toEqual([]);
      expect([...readSpans(converted.bytes)]).toStrictEqual([...readSpans(TraceRequest.encode(TraceRequest.fromObject(request)).finish())]);
    }), { numRuns: 300 });
  });

  it('takes ids in upper case, and an empty parent as none', () => {
    expect(oneSpan({ traceId: IDS.traceId.toUpperCase(), parentSpanId: '' })).toMatchObject({ traceId: IDS.traceId, parentSpanId: undefined });
  });

  it('takes 64-bit integers as text and as numbers, without losing a digit', () => {
    for (const time of ['"1763000000123456789"', '1763000000123456789']) {
      const converted = convert(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${IDS.traceId}","spanId":"${IDS.spanId}","startTimeUnixNano":"1763000000123456000","endTimeUnixNano":${time}}]}]}]}`);
      expect([...readSpans(converted.bytes)][0]?.durationMs).toBe(0.000789);
    }
    expect(attribute({ intValue: '-42' })).toBe(-42);
    expect(attribute({ intValue: 42 })).toBe(42);
    expect(attribute({ intValue: '9223372036854775807' })).toBe(2n ** 63n - 1n);
  });

  it('leaves long digits in texts alone', () => {
    expect(attribute({ stringValue: 'say "12345678901234567890" \\' })).toBe('say "12345678901234567890" \\');
  });

  it('takes base64, NaN, the infinities and an integer for a double', () => {
    expect(attribute({ bytesValue: '+/8=' })).toEqual(new Uint8Array([0xfb, 0xff]));
    expect(attribute({ doubleValue: 'NaN' })).toBeNaN();
    expect(attribute({ doubleValue: '-Infinity' })).toBe(Number.NEGATIVE_INFINITY);
    expect(attribute({ doubleValue: 3 })).toBe(3);
    expect(attribute({ doubleValue: 1e21 })).toBe(1e21);
  });

  it('ignores unknown names at every level, snake_case ones and nulls among them', () => {
    expect(oneSpan({ trace_id: 'zz', unknown: { deep: [1] }, status: null, attributes: [{ key: 'k', value: { stringValue: 'v', other: 1 }, more: true }] })?.attributes.get('k')).toBe('v');
  });

  it('keeps __proto__ as a key and leaves Object.prototype alone', () => {
    const read = [...readSpans(convert(`{"__proto__":{"polluted":1},"resourceSpans":[{"__proto__":{"polluted":1},"scopeSpans":[{"spans":[{"traceId":"${IDS.traceId}","spanId":"${IDS.spanId}","attributes":[{"key":"__proto__","value":{"kvlistValue":{"values":[{"key":"polluted","value":{"boolValue":true}}]}}}]}]}]}]}`).bytes)];
    expect(read[0]?.attributes.get('__proto__')).toEqual(new Map([['polluted', true]]));
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([
    ['an enum by name', { kind: 'SPAN_KIND_CLIENT' }], ['an id that is not hex', { traceId: 'xyz' }], ['a name that is a number', { name: 1 }], ['a fraction for an integer', { attributes: [{ key: 'k', value: { intValue: 1.5 } }] }],
    ['an integer of 65 bits', { attributes: [{ key: 'k', value: { intValue: '9223372036854775808' } }] }], ['a time before 1970', { startTimeUnixNano: '-1' }], ['attributes that are no list', { attributes: {} }],
    ['bytes that are not base64', { attributes: [{ key: 'k', value: { bytesValue: '***' } }] }], ['a text for a boolean', { attributes: [{ key: 'k', value: { boolValue: 'true' } }] }],
  ])('leaves out the one span with %s', (_, fields) => {
    const converted = convert(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...IDS, name: 'a' }, { ...IDS, ...fields }, { ...IDS, name: 'b' }] }] }] }));
    expect(converted.rejected).toHaveLength(1);
    expect([...readSpans(converted.bytes)].map((each) => each.name)).toEqual(['a', 'b']);
  });

  it.each(['', '{', 'null', '[]', '1', '"x"', '{"resourceSpans":{}}', '{"resourceSpans":[{"scopeSpans":[{"spans":1}]}]}', '{"resourceSpans":[1]}', '{"a":"', '{"a":"\\', '{"a":-}', `{"a":${'1'.repeat(30)}.}`])('calls %s malformed', (text) => {
    expect(() => convert(text)).toThrow(MalformedOtlp);
  });

  it('takes an empty object as an empty request', () => {
    expect(convert('{}').bytes).toHaveLength(0);
  });

  it('refuses a million brackets before parsing them', () => {
    expect(() => convert('['.repeat(1_000_000))).toThrow('nested deeper');
  });

  it('never throws anything but its own error, whatever bytes are flipped or cut', () => {
    fc.assert(fc.property(plainRequests, damages, (request, damage) => {
      const bytes = damaged(Buffer.from(JSON.stringify(otlpJson(request, false))), damage);
      outcomeOf(() => [...readSpans(traceRequestFromJson(bytes).bytes)], MalformedOtlp);
    }), { numRuns: 500 });
  });
});
