import { WireReader } from './wire.ts';
import { varintBytes } from './wire-writer.ts';

/** The messages on the way from the request down to its spans, and the tag of the next one in each. */
const TAGS_DOWN_TO_SPANS = [0x0a, 0x12, 0x12] as const;

/** The request without the spans whose messages begin at `starts` (as `scanRequest` reports them). Everything else is copied as it is. */
export function dropSpans(bytes: Uint8Array, starts: ReadonlySet<number>): Uint8Array {
  const reader = new WireReader(bytes);
  return Buffer.concat(keptParts(reader, reader.bytes.length, 0, starts));
}

function keptParts(reader: WireReader, end: number, level: number, starts: ReadonlySet<number>): Uint8Array[] {
  const parts: Uint8Array[] = [];
  while (reader.position < end) {
    const fieldStart = reader.position;
    const tag = reader.tag(end);
    if (tag !== TAGS_DOWN_TO_SPANS[level]) {
      reader.skip(tag & 7, end);
      parts.push(reader.bytes.subarray(fieldStart, reader.position));
      continue;
    }
    const messageEnd = reader.lengthEnd(end);
    if (level < 2) parts.push(...wrapped(tag, keptParts(reader, messageEnd, level + 1, starts)));
    else if (!starts.has(reader.position)) parts.push(reader.bytes.subarray(fieldStart, messageEnd));
    reader.position = messageEnd;
  }
  return parts;
}

function wrapped(tag: number, parts: Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [varintBytes(tag), varintBytes(length), Buffer.concat(parts, length)];
}
