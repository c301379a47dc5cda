import { parseJson } from './json-text.ts';
import { MalformedOtlp, MAX_MALFORMED_SPANS, tooManyMalformed } from './malformed.ts';
import { type FieldShape, type MessageShape, SPAN, TRACE_REQUEST } from './schema.ts';
import { WireWriter } from './wire-writer.ts';

/** A request in OTLP/JSON, as protobuf. */
export interface ConvertedRequest {
  readonly bytes: Uint8Array;
  /** Why spans were left out: one entry for each. */
  readonly rejected: readonly string[];
}

/**
 * OTLP/JSON: lowerCamelCase names only, ids in hex of either case, 64-bit integers as text or number, enums as integers, bytes in base64;
 * unknown names and nulls are ignored, of a repeated name the last wins. A fault inside a span leaves that span out, one outside of the spans throws `MalformedOtlp`.
 */
export function traceRequestFromJson(text: Uint8Array): ConvertedRequest {
  const rejected: string[] = [];
  const writer = new WireWriter(Math.max(1024, text.length));
  writeFields(writer, TRACE_REQUEST, parseJson(text), rejected);
  return { bytes: writer.bytes(), rejected };
}

function writeFields(writer: WireWriter, shape: MessageShape, value: unknown, rejected: string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedOtlp(`${shape.name} is not a JSON object`);
  for (const name of Object.keys(value)) {
    const field = shape.byJsonName.get(name);
    const content = field === undefined ? undefined : (value as Record<string, unknown>)[name];
    if (field === undefined || content === null || content === undefined) continue;
    if (field.repeated) writeRepeated(writer, name, field, content, rejected);
    else writeField(writer, name, field, content, rejected);
  }
}

function writeRepeated(writer: WireWriter, name: string, field: FieldShape, content: unknown, rejected: string[]): void {
  if (!Array.isArray(content)) throw new MalformedOtlp(`${name} is not a JSON array`);
  for (const item of content) {
    if (field.message === SPAN) writeSpan(writer, name, field, item, rejected);
    else writeField(writer, name, field, item, rejected);
  }
}

function writeSpan(writer: WireWriter, name: string, field: FieldShape, item: unknown, rejected: string[]): void {
  const before = writer.position;
  try {
    writeField(writer, name, field, item, rejected);
  } catch (error) {
    if (!(error instanceof MalformedOtlp)) throw error;
    if (rejected.length >= MAX_MALFORMED_SPANS) throw tooManyMalformed();
    writer.position = before;
    rejected.push(error.message);
  }
}

function writeField(writer: WireWriter, name: string, field: FieldShape, content: unknown, rejected: string[]): void {
  writer.varint(field.tag);
  if (field.message === undefined) {
    writeScalar(writer, name, field, content);
    return;
  }
  const start = writer.begin();
  writeFields(writer, field.message, content, rejected);
  writer.end(start);
}

function writeScalar(writer: WireWriter, name: string, field: FieldShape, content: unknown): void {
  switch (field.kind) {
    case 'text':
    case 'key': writer.text(textOf(name, content)); break;
    case 'hexId': writer.encoded(matching(name, content, HEX), 'hex'); break;
    case 'base64': writer.encoded(matching(name, content, BASE64), 'base64'); break;
    case 'bool': writer.varint(booleanOf(name, content) ? 1 : 0); break;
    case 'int64': writeInteger(writer, name, content); break;
    case 'fixed64': writer.fixed64(integerOf(name, content, 0n, 2n ** 64n - 1n)); break;
    case 'uint32': writer.varint(Number(integerOf(name, content, 0n, 0xffff_ffffn))); break;
    case 'fixed32': writer.fixed32(Number(integerOf(name, content, 0n, 0xffff_ffffn))); break;
    case 'enum': writeEnum(writer, name, content); break;
    case 'double': writer.double(doubleOf(name, content)); break;
    default: throw new TypeError(`${name} is a message`);
  }
}

function writeInteger(writer: WireWriter, name: string, content: unknown): void {
  if (isSmall(content)) writer.varint(Number(content));
  else writer.varint64(integerOf(name, content, -(2n ** 63n), 2n ** 63n - 1n));
}

/** Names of enum values are not valid OTLP/JSON; numbers that are not known yet are. */
function writeEnum(writer: WireWriter, name: string, content: unknown): void {
  if (typeof content !== 'number') throw new MalformedOtlp(`${name} is not an enum's number`);
  if (isSmall(content)) writer.varint(content);
  else writer.varint64(integerOf(name, content, -(2n ** 31n), 2n ** 31n - 1n));
}

/** Counts and enums mostly are; they need no bigint. */
function isSmall(content: unknown): content is number | string {
  return typeof content === 'number' ? Number.isInteger(content) && content >= 0 && content < 1e9 : typeof content === 'string' && SMALL_DECIMAL.test(content);
}

const SMALL_DECIMAL = /^\d{1,9}$/;
const HEX = /^(?:[0-9a-f]{2})*$/i;
const BASE64 = /^[a-z0-9+/_-]*={0,2}$/i;
const DECIMAL = /^-?\d{1,20}$/;
const NOT_FINITE: ReadonlyMap<string, number> = new Map([['NaN', Number.NaN], ['Infinity', Number.POSITIVE_INFINITY], ['-Infinity', Number.NEGATIVE_INFINITY]]);

function textOf(name: string, content: unknown): string {
  if (typeof content !== 'string') throw new MalformedOtlp(`${name} is not text`);
  return content;
}

function matching(name: string, content: unknown, pattern: RegExp): string {
  if (typeof content !== 'string' || !pattern.test(content)) throw new MalformedOtlp(`${name} is not ${pattern === HEX ? 'hex' : 'base64'}`);
  return content;
}

function booleanOf(name: string, content: unknown): boolean {
  if (typeof content !== 'boolean') throw new MalformedOtlp(`${name} is not true or false`);
  return content;
}

function integerOf(name: string, content: unknown, least: bigint, most: bigint): bigint {
  const isInteger = typeof content === 'number' ? Number.isInteger(content) : typeof content === 'string' && DECIMAL.test(content);
  const integer = isInteger ? BigInt(content as number | string) : undefined;
  if (integer === undefined || integer < least || integer > most) throw new MalformedOtlp(`${name} is not an integer of its type`);
  return integer;
}

function doubleOf(name: string, content: unknown): number {
  if (typeof content === 'number') return content;
  const text = typeof content === 'string' ? content : '';
  const number = NOT_FINITE.get(text) ?? (text.trim() === '' ? Number.NaN : Number(text));
  if (Number.isNaN(number) && text !== 'NaN') throw new MalformedOtlp(`${name} is not a number`);
  return number;
}
