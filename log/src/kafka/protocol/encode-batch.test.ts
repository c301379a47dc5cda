import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBatch, type OutgoingRecord } from './encode-batch.ts';
import { decodeBatches } from './record-batch.ts';

const kafkajsCrc: (bytes: Buffer) => number = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/crc32C');
const CHECKED_FROM = 21;
const CRC_AT = 17;

/** Also values that are not copied. */
const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 16_000, max: 17_000 }).map((length) => new Uint8Array(length).fill(length & 0xff))).map((array) => Buffer.from(array));
const record = fc.record({ key: fc.option(bytes, { nil: undefined }), value: fc.option(bytes, { nil: undefined }) });

describe('a record batch', () => {
  it('holds what was put into it, in pieces that make one whole with the right checksum', async () => {
    await fc.assert(fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 6 }), async (records: OutgoingRecord[]) => {
      const encoded = encodeBatch(records, 1_763_000_000_000);
      const whole = Buffer.concat(encoded.pieces);
      expect(whole.length).toBe(encoded.bytes);
      expect(whole.readUInt32BE(CRC_AT)).toBe(kafkajsCrc(whole.subarray(CHECKED_FROM)));
      const [batch] = await decodeBatches(whole);
      expect(batch?.records.map(({ key, value }) => ({ key, value }))).toEqual(records);
    }));
  });

  it('does not copy a large value', () => {
    const value = Buffer.alloc(100_000);
    expect(encodeBatch([{ key: undefined, value }], 0).pieces).toContain(value);
  });
});
