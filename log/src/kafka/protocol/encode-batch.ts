import { crc32c } from './crc32c.ts';

export interface OutgoingRecord {
  readonly key: Buffer | undefined;
  /** Undefined: a tombstone. */
  readonly value: Buffer | undefined;
}

/** Who writes: only a producer with an id can repeat a batch without writing it twice. */
export interface BatchProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly firstSequence: number;
}

/** A record batch as it goes over the network, in pieces: one after the other. */
export interface EncodedBatch {
  readonly pieces: readonly Buffer[];
  readonly bytes: number;
}

const HEADER_BYTES = 61;
const CRC_AT = 17;
const CHECKED_FROM = CRC_AT + 4;
const TRANSACTIONAL = 0x10;
const MAGIC = 2;
/** A value from this size on is a piece of its own and is not copied; for a smaller one a copy is cheaper. */
const APART_BYTES = 16 * 1024;

/** One record batch, never compressed: values may be already. A plain one without `producer`. The values must stay as they are until it is written. */
export function encodeBatch(records: readonly OutgoingRecord[], nowMs: number, producer?: BatchProducer): EncodedBatch {
  const bodies = records.map((record, index) => bodyLength(record, index));
  const bytes = bodies.reduce((sum, length) => sum + varintLength(length) + length, HEADER_BYTES);
  const head = Buffer.allocUnsafe(records.reduce((rest, { value }) => rest - (isApart(value) ? (value?.length ?? 0) : 0), bytes));
  writeHeader(head, { bytes, count: records.length, nowMs }, producer);
  const pieces: Buffer[] = [];
  let start = 0;
  let at = HEADER_BYTES;
  for (const [index, { key, value }] of records.entries()) {
    at = writeRecordStart(head, at, { length: bodies[index] ?? 0, index, key, value });
    if (value !== undefined && isApart(value)) {
      pieces.push(head.subarray(start, at), value);
      start = at;
    } else at += value === undefined ? 0 : value.copy(head, at);
    // No headers.
    head[at++] = 0;
  }
  pieces.push(head.subarray(start));
  head.writeUInt32BE(pieces.reduce((crc, piece, index) => crc32c(piece, index === 0 ? CHECKED_FROM : 0, crc), 0), CRC_AT);
  return { pieces, bytes };
}

function isApart(value: Buffer | undefined): boolean {
  return value !== undefined && value.length >= APART_BYTES;
}

function writeHeader(buffer: Buffer, { bytes, count, nowMs }: { bytes: number; count: number; nowMs: number }, producer: BatchProducer | undefined): void {
  writeInt64(buffer, 0, 0);
  buffer.writeInt32BE(bytes - 12, 8);
  buffer.writeInt32BE(-1, 12);
  buffer.writeInt8(MAGIC, 16);
  buffer.writeInt16BE(producer === undefined ? 0 : TRANSACTIONAL, 21);
  buffer.writeInt32BE(count - 1, 23);
  writeInt64(buffer, nowMs, 27);
  writeInt64(buffer, nowMs, 35);
  writeInt64(buffer, producer?.producerId ?? -1, 43);
  buffer.writeInt16BE(producer?.producerEpoch ?? -1, 51);
  buffer.writeInt32BE(producer?.firstSequence ?? -1, 53);
  buffer.writeInt32BE(count, 57);
}

function writeInt64(buffer: Buffer, value: number, at: number): void {
  const high = Math.floor(value / 0x1_0000_0000);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
}

/** Attributes, time delta 0, offset delta, key, value, no headers. */
function bodyLength(record: OutgoingRecord, index: number): number {
  return 2 + varintLength(index) + nullableLength(record.key) + nullableLength(record.value) + 1;
}

function nullableLength(bytes: Buffer | undefined): number {
  return bytes === undefined ? 1 : varintLength(bytes.length) + bytes.length;
}

function varintLength(value: number): number {
  let rest = value * 2;
  let length = 1;
  while (rest >= 0x80) {
    rest = Math.floor(rest / 0x80);
    length += 1;
  }
  return length;
}

/** Up to the value, whose length is the last thing written. */
function writeRecordStart(buffer: Buffer, start: number, { length, index, key, value }: OutgoingRecord & { length: number; index: number }): number {
  let at = writeVarint(buffer, start, length);
  buffer[at++] = 0;
  buffer[at++] = 0;
  at = writeVarint(buffer, at, index);
  at = writeLength(buffer, at, key);
  if (key !== undefined) at += key.copy(buffer, at);
  return writeLength(buffer, at, value);
}

function writeLength(buffer: Buffer, start: number, bytes: Buffer | undefined): number {
  if (bytes !== undefined) return writeVarint(buffer, start, bytes.length);
  // Zigzag of -1.
  buffer[start] = 1;
  return start + 1;
}

/** Zigzag of a number that is not negative. */
function writeVarint(buffer: Buffer, start: number, value: number): number {
  let rest = value * 2;
  let at = start;
  while (rest >= 0x80) {
    buffer[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  buffer[at++] = rest;
  return at;
}
