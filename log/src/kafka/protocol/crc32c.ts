/** CRC-32C (Castagnoli), eight bytes a turn ("slicing by 8"); Node's own `zlib.crc32` has another polynomial. */
const POLYNOMIAL = 0x82f63b78;
const SLICES = 8;

/** One table of 256 entries for each slice, one after the other. */
const TABLE = createTable();

function createTable(): Int32Array {
  const table = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    table[byte] = value;
  }
  for (let index = 256; index < table.length; index++) {
    const previous = table[index - 256] ?? 0;
    table[index] = (previous >>> 8) ^ (table[previous & 0xff] ?? 0);
  }
  return table;
}

function entry(slice: number, byte: number): number {
  return TABLE[slice * 256 + byte] ?? 0;
}

export function crc32c(bytes: Uint8Array, start = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - ((bytes.length - start) % SLICES);
  let crc = -1;
  let at = start;
  for (; at < whole; at += SLICES) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      entry(7, low & 0xff) ^ entry(6, (low >>> 8) & 0xff) ^ entry(5, (low >>> 16) & 0xff) ^ entry(4, low >>> 24) ^
      entry(3, high & 0xff) ^ entry(2, (high >>> 8) & 0xff) ^ entry(1, (high >>> 16) & 0xff) ^ entry(0, high >>> 24);
  }
  for (; at < bytes.length; at++) crc = entry(0, (crc ^ view.getUint8(at)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}
