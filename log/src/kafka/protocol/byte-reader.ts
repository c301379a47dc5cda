/** Reads the primitives of Kafka's protocol, https://kafka.apache.org/protocol#protocol_types. Offsets and times are numbers: they stay below 2^53. */
export class ByteReader {
  readonly buffer: Buffer;
  position: number;

  constructor(buffer: Buffer, position = 0) {
    this.buffer = buffer;
    this.position = position;
  }

  get remaining(): number {
    return this.buffer.length - this.position;
  }

  int8(): number {
    return this.buffer.readInt8(this.#take(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#take(4));
  }

  int64(): number {
    const at = this.#take(8);
    return this.buffer.readInt32BE(at) * 0x1_0000_0000 + this.buffer.readUInt32BE(at + 4);
  }

  string(): string {
    const length = this.int16();
    return length <= 0 ? '' : this.bytes(length).toString('utf8');
  }

  /** Zigzag, as the lengths and deltas of records are. */
  varint(): number {
    const value = this.#unsignedVarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const at = this.#take(length);
    return this.buffer.subarray(at, at + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  array<Item>(read: (reader: ByteReader) => Item): Item[] {
    const count = this.int32();
    const items: Item[] = [];
    for (let index = 0; index < count; index++) items.push(read(this));
    return items;
  }

  #unsignedVarint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.buffer.readUInt8(this.#take(1));
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }

  #take(length: number): number {
    const at = this.position;
    this.position += length;
    return at;
  }
}
