import type { WireReader } from './wire.ts';

/**
 * What an attribute can hold. An integer beyond ±2^53 is a bigint, so that no digit is lost; a list of keys and values is a Map, never an
 * object, so that no key can reach a prototype; an empty AnyValue is undefined.
 */
export type AttributeValue = string | number | boolean | bigint | Uint8Array | AttributeValue[] | Map<string, AttributeValue> | undefined;

/** Lists and maps within lists and maps; deeper is malformed. */
export const MAX_VALUE_DEPTH = 64;

export function readText(reader: WireReader, end: number): string {
  return reader.text(reader.lengthEnd(end));
}

/** One KeyValue into `into`; of a repeated key the last wins. */
export function readKeyValue(reader: WireReader, end: number, into: Map<string, AttributeValue>, depth: number): void {
  let key = '';
  let value: AttributeValue;
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) key = readText(reader, end);
    else if (tag === 0x12) value = readAnyValue(reader, reader.lengthEnd(end), depth);
    else reader.skipUnknown(tag, end, 2);
  }
  into.set(key, value);
}

/** The field that comes last wins: they are a `oneof`. */
function readAnyValue(reader: WireReader, end: number, depth: number): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) throw reader.malformed(`an attribute nested deeper than ${MAX_VALUE_DEPTH}`);
  let value: AttributeValue;
  while (reader.position < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x0a: value = readText(reader, end); break;
      case 0x10: value = (reader.varint(end) | reader.high) !== 0; break;
      case 0x18: value = signedInteger(reader.varint(end), reader.high); break;
      case 0x21: value = reader.bytes.readDoubleLE(reader.fixed(8, end)); break;
      case 0x2a: value = readArray(reader, reader.lengthEnd(end), depth); break;
      case 0x32: value = readMap(reader, reader.lengthEnd(end), depth); break;
      case 0x3a: value = readBytes(reader, end); break;
      default: reader.skipUnknown(tag, end, 7);
    }
  }
  return value;
}

function signedInteger(low: number, high: number): number | bigint {
  const number = (high | 0) * 0x1_0000_0000 + low;
  return Number.isSafeInteger(number) ? number : (BigInt(high | 0) << 32n) | BigInt(low);
}

function readArray(reader: WireReader, end: number, depth: number): AttributeValue[] {
  const values: AttributeValue[] = [];
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) values.push(readAnyValue(reader, reader.lengthEnd(end), depth + 1));
    else reader.skipUnknown(tag, end, 1);
  }
  return values;
}

function readMap(reader: WireReader, end: number, depth: number): Map<string, AttributeValue> {
  const entries = new Map<string, AttributeValue>();
  while (reader.position < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) readKeyValue(reader, reader.lengthEnd(end), entries, depth + 1);
    else reader.skipUnknown(tag, end, 1);
  }
  return entries;
}

/** A copy: a view would keep the whole request alive. */
function readBytes(reader: WireReader, end: number): Uint8Array {
  const bytesEnd = reader.lengthEnd(end);
  const start = reader.position;
  reader.position = bytesEnd;
  return new Uint8Array(reader.bytes.subarray(start, bytesEnd));
}
