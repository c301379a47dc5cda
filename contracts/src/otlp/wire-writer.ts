/** Code units; fits one byte of length. */
const SHORT_TEXT = 40;

/** Writes protobuf into one growing buffer. A message is written in place and its length put before it afterwards. */
export class WireWriter {
  private buffer: Buffer;
  position = 0;

  constructor(capacityBytes = 1024) {
    this.buffer = Buffer.allocUnsafe(capacityBytes);
  }

  /** What was written; a view that the next write may move. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.position);
  }

  /** An unsigned integer up to 2^53. */
  varint(value: number): void {
    this.reserve(10);
    if (value < 0x80) {
      this.buffer[this.position++] = value;
      return;
    }
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.position++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.position++] = rest;
  }

  /** 64 bits, two's complement. */
  varint64(value: bigint): void {
    this.reserve(10);
    let rest = BigInt.asUintN(64, value);
    while (rest >= 0x80n) {
      this.buffer[this.position++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.buffer[this.position++] = Number(rest);
  }

  fixed64(value: bigint): void {
    this.reserve(8);
    this.position = this.buffer.writeBigUInt64LE(BigInt.asUintN(64, value), this.position);
  }

  fixed32(value: number): void {
    this.reserve(4);
    this.position = this.buffer.writeUInt32LE(value, this.position);
  }

  double(value: number): void {
    this.reserve(8);
    this.position = this.buffer.writeDoubleLE(value, this.position);
  }

  /** Length and UTF-8. */
  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.shortAscii(value)) return;
    const start = this.begin();
    this.reserve(value.length * 3);
    this.position += this.buffer.write(value, this.position, 'utf8');
    this.end(start);
  }

  /** Length and bytes. */
  encoded(value: string, encoding: 'hex' | 'base64'): void {
    const start = this.begin();
    this.reserve(value.length);
    this.position += this.buffer.write(value, this.position, encoding);
    this.end(start);
  }

  /** Begins something with a length before it; give what it returns to `end`. */
  begin(): number {
    this.reserve(1);
    return ++this.position;
  }

  end(start: number): void {
    const length = this.position - start;
    const extra = varintSize(length) - 1;
    if (extra > 0) {
      this.reserve(extra);
      this.buffer.copyWithin(start + extra, start, this.position);
    }
    this.position = start - 1;
    this.varint(length);
    this.position += length;
  }

  /** Most keys and many values are short and ASCII: for them a loop is faster than a call into the engine. False when it is not ASCII. */
  private shortAscii(value: string): boolean {
    this.reserve(value.length + 1);
    const start = this.position + 1;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      this.buffer[start + index] = code;
    }
    this.buffer[this.position] = value.length;
    this.position = start + value.length;
    return true;
  }

  private reserve(size: number): void {
    if (this.position + size <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.position + size));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
  }
}

export function varintBytes(value: number): Uint8Array {
  const writer = new WireWriter(10);
  writer.varint(value);
  return writer.bytes();
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}
