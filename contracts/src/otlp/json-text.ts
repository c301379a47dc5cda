import { MalformedOtlp, OverLimit } from './malformed.ts';
import { MAX_VALUE_DEPTH } from './value-reader.ts';

/**
 * Brackets around brackets that are parsed: 16 down to an attribute's value, then at most 5 for each list or map in it, so that both encodings
 * allow the same depth. Deeper text is refused before JSON.parse sees it, which takes seconds for a million of them.
 */
const MAX_JSON_DEPTH = 16 + 5 * MAX_VALUE_DEPTH;
/** Objects, arrays and commas of one request: 10,000 spans of 30 attributes have 1.3 million. Each costs JSON.parse some 100 ns and 100 bytes. */
const MAX_JSON_PARTS = 2_000_000;
/** Of the numbers that are put into quotes; most senders write them so themselves. */
const MAX_LONG_INTEGERS = 100_000;
/** 2^53 has 16 digits: an integer with fewer is exact as a number. */
const EXACT_DIGITS = 15;

const QUOTE = 0x22, BACKSLASH = 0x5c, OPEN_LIST = 0x5b, CLOSE_LIST = 0x5d, OPEN_MAP = 0x7b, CLOSE_MAP = 0x7d, COMMA = 0x2c, MINUS = 0x2d, ZERO = 0x30, NINE = 0x39;

/** JSON as plain values. Integers too long for a number become decimal text, which every 64-bit field of OTLP/JSON accepts as well. */
export function parseJson(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const longIntegers = scanJson(buffer);
  try {
    return JSON.parse(longIntegers.length === 0 ? buffer.toString('utf8') : quoted(buffer, longIntegers));
  } catch {
    // The engine's message would quote the text, which is what users wrote.
    throw new MalformedOtlp('invalid JSON');
  }
}

/** Checks the depth and the number of parts; returns begin and end of each integer that is too long for a number. */
function scanJson(bytes: Buffer): number[] {
  const longIntegers: number[] = [];
  const nesting = new Nesting();
  let position = 0;
  while (position < bytes.length) {
    const byte = bytes[position] as number;
    if (byte === QUOTE) position = afterString(bytes, position + 1);
    else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) position = afterNumber(bytes, position, longIntegers);
    else nesting.take(byte, position++);
  }
  if (longIntegers.length > 2 * MAX_LONG_INTEGERS) throw tooMany(`${MAX_LONG_INTEGERS} long integers that are not in quotes`);
  return longIntegers;
}

class Nesting {
  private depth = 0;
  private parts = 0;

  take(byte: number, position: number): void {
    const opens = byte === OPEN_LIST || byte === OPEN_MAP;
    if (opens && ++this.depth > MAX_JSON_DEPTH) throw new MalformedOtlp(`JSON nested deeper than ${MAX_JSON_DEPTH}`, position);
    if (byte === CLOSE_LIST || byte === CLOSE_MAP) this.depth--;
    if ((opens || byte === COMMA) && ++this.parts > MAX_JSON_PARTS) throw tooMany(`${MAX_JSON_PARTS} JSON objects, arrays and commas`);
  }
}

function tooMany(what: string): OverLimit {
  return new OverLimit(`more than ${what}`, 'Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE).');
}

function afterString(bytes: Buffer, from: number): number {
  let position = from;
  while (position < bytes.length && bytes[position] !== QUOTE) position += bytes[position] === BACKSLASH ? 2 : 1;
  return position + 1;
}

function afterNumber(bytes: Buffer, start: number, longIntegers: number[]): number {
  let position = start + 1;
  while (isDigit(bytes[position])) position++;
  const digits = position - start - (bytes[start] === MINUS ? 1 : 0);
  if (!isNumberPart(bytes[position])) {
    if (digits > EXACT_DIGITS) longIntegers.push(start, position);
    return position;
  }
  while (isNumberPart(bytes[position]) || isDigit(bytes[position])) position++;
  return position;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** A fraction or an exponent: such a number is not an integer field's. */
function isNumberPart(byte: number | undefined): boolean {
  return byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2b || byte === MINUS;
}

function quoted(bytes: Buffer, ranges: readonly number[]): string {
  const parts: string[] = [];
  let position = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    const start = ranges[index] as number;
    const end = ranges[index + 1] as number;
    parts.push(bytes.toString('utf8', position, start), '"', bytes.toString('latin1', start, end), '"');
    position = end;
  }
  parts.push(bytes.toString('utf8', position));
  return parts.join('');
}
