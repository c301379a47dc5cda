/** CRC-32C (Castagnoli), sixteen bytes a turn ("slicing by 16"); Node's own `zlib.crc32` has another polynomial. */
const POLYNOMIAL = 0x82f63b78;
const SLICES = 16;

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

/** Goes on from `before`, the checksum of what comes before these bytes. */
export function crc32c(bytes: Uint8Array, start = 0, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - ((bytes.length - start) % SLICES);
  let crc = ~before;
  let at = start;
  for (; at < whole; at += SLICES) {
    const first = crc ^ view.getInt32(at, true);
    const second = view.getInt32(at + 4, true);
    const third = view.getInt32(at + 8, true);
    const fourth = view.getInt32(at + 12, true);
    crc =
      entry(15, first & 0xff) ^ entry(14, (first >>> 8) & 0xff) ^ entry(13, (first >>> 16) & 0xff) ^ entry(12, first >>> 24) ^
      entry(11, second & 0xff) ^ entry(10, (second >>> 8) & 0xff) ^ entry(9, (second >>> 16) & 0xff) ^ entry(8, second >>> 24) ^
      entry(7, third & 0xff) ^ entry(6, (third >>> 8) & 0xff) ^ entry(5, (third >>> 16) & 0xff) ^ entry(4, third >>> 24) ^
      entry(3, fourth & 0xff) ^ entry(2, (fourth >>> 8) & 0xff) ^ entry(1, (fourth >>> 16) & 0xff) ^ entry(0, fourth >>> 24);
  }
  for (; at < bytes.length; at++) crc = entry(0, (crc ^ view.getUint8(at)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}
