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

const HEADER_BYTES = 61;
const CRC_AT = 17;
const TRANSACTIONAL = 0x10;
const MAGIC = 2;

/** One record batch, never compressed: values may be already. A plain one without `producer`. */
export function encodeBatch(records: readonly OutgoingRecord[], nowMs: number, producer?: BatchProducer): Buffer {
  const bodies = records.map((record, index) => bodyLength(record, index));
  const total = bodies.reduce((sum, length) => sum + varintLength(length) + length, HEADER_BYTES);
  const buffer = Buffer.allocUnsafe(total);
  writeHeader(buffer, records.length, nowMs, producer);
  let at = HEADER_BYTES;
  for (const [index, record] of records.entries()) at = writeRecord(buffer, at, record, index, bodies[index] ?? 0);
  buffer.writeUInt32BE(crc32c(buffer, CRC_AT + 4), CRC_AT);
  return buffer;
}

function writeHeader(buffer: Buffer, count: number, nowMs: number, producer: BatchProducer | undefined): void {
  writeInt64(buffer, 0, 0);
  buffer.writeInt32BE(buffer.length - 12, 8);
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

function writeRecord(buffer: Buffer, start: number, record: OutgoingRecord, index: number, length: number): number {
  let at = writeVarint(buffer, start, length);
  buffer[at++] = 0;
  buffer[at++] = 0;
  at = writeVarint(buffer, at, index);
  at = writeNullable(buffer, at, record.key);
  at = writeNullable(buffer, at, record.value);
  buffer[at++] = 0;
  return at;
}

function writeNullable(buffer: Buffer, start: number, bytes: Buffer | undefined): number {
  if (bytes === undefined) {
    // Zigzag of -1.
    buffer[start] = 1;
    return start + 1;
  }
  const at = writeVarint(buffer, start, bytes.length);
  bytes.copy(buffer, at);
  return at + bytes.length;
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
