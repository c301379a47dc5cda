import { MalformedOtlp } from './malformed.ts';

/** Protobuf's wire types, the lowest 3 bits of a tag. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const START_GROUP = 3;
export const END_GROUP = 4;
export const FIXED32 = 5;

/** Groups are deprecated and never sent by OTLP; an unknown one is skipped, nested at most so deep. */
const MAX_GROUP_DEPTH = 16;

/**
 * A position in protobuf bytes. Every read is given the `end` of the message it belongs to and throws `MalformedOtlp` rather than pass it.
 * Plain fields and numbers only: this is the hot path of both the collector and the score role.
 */
export class WireReader {
  readonly bytes: Buffer;
  position = 0;
  /** The upper 32 bits (signed) of the last `varint`. */
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** `field number << 3 | wire type`. */
  tag(end: number): number {
    const tag = this.varint(end);
    if (tag < 8 || this.high !== 0) throw this.malformed('invalid field number');
    return tag;
  }

  /** The lower 32 bits, unsigned; the upper ones are left in `high`. */
  varint(end: number): number {
    const first = this.position < end ? (this.bytes[this.position] ?? 0) : this.truncated();
    this.position++;
    this.high = 0;
    return first < 0x80 ? first : this.longVarint(first, end);
  }

  /** Reads a length and returns where the message, text or bytes that follow it end. */
  lengthEnd(end: number): number {
    const length = this.varint(end);
    if (this.high !== 0 || length > end - this.position) throw this.malformed('length runs past its message');
    return this.position + length;
  }

  /** Moves over `size` bytes and returns where they began. */
  fixed(size: number, end: number): number {
    const start = this.position;
    if (size > end - start) throw this.malformed('truncated fixed-size field');
    this.position = start + size;
    return start;
  }

  /** Text up to `end`; invalid UTF-8 becomes U+FFFD. */
  text(end: number): string {
    const start = this.position;
    this.position = end;
    return this.bytes.toString('utf8', start, end);
  }

  /** Skips the value of a field that the reader knows but does not need. */
  skip(wireType: number, end: number): void {
    if (wireType === VARINT) this.varint(end);
    else if (wireType === LENGTH_DELIMITED) this.position = this.lengthEnd(end);
    else if (wireType === FIXED64) this.fixed(8, end);
    else if (wireType === FIXED32) this.fixed(4, end);
    else if (wireType === START_GROUP) this.skipGroup(end, 0);
    else throw this.malformed('invalid wire type');
  }

  /** Skips a field that the message does not have; one that it has (up to `highestKnownField`) came with the wrong wire type. */
  skipUnknown(tag: number, end: number, highestKnownField: number): void {
    if (tag >>> 3 <= highestKnownField) throw this.malformed(`wrong wire type for field ${tag >>> 3}`);
    this.skip(tag & 7, end);
  }

  malformed(detail: string): MalformedOtlp {
    return new MalformedOtlp(detail, this.position);
  }

  private skipGroup(end: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) throw this.malformed('groups nested too deep');
    for (;;) {
      const tag = this.tag(end);
      if ((tag & 7) === END_GROUP) return;
      if ((tag & 7) === START_GROUP) this.skipGroup(end, depth + 1);
      else this.skip(tag & 7, end);
    }
  }

  private longVarint(first: number, end: number): number {
    let low = first & 0x7f;
    for (let shift = 7; shift < 70; shift += 7) {
      const byte = this.position < end ? (this.bytes[this.position] ?? 0) : this.truncated();
      this.position++;
      if (shift < 32) low |= (byte & 0x7f) << shift;
      if (shift === 28) this.high = (byte & 0x7f) >> 4;
      else if (shift > 28) this.high |= (byte & 0x7f) << (shift - 32);
      if (byte < 0x80) return low >>> 0;
    }
    throw this.malformed('varint longer than 10 bytes');
  }

  private truncated(): never {
    throw this.malformed('truncated');
  }
}
