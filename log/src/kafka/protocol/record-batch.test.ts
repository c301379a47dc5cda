import { createRequire } from 'node:module';
import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerCodecs } from '../codecs/register-codecs.ts';
import { decodeBatches } from './record-batch.ts';

const require = createRequire(import.meta.url);
const { RecordBatch }: { RecordBatch(options: object): Promise<{ buffer: Buffer }> } = require('kafkajs/src/protocol/recordBatch/v0');
const Record: (options: object) => unknown = require('kafkajs/src/protocol/recordBatch/record/v0');

interface Written {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** As another producer writes it: by the code of kafkajs. */
async function writtenByKafkajs(records: readonly Written[], options: object = {}): Promise<Buffer> {
  const encoded = records.map(({ key, value }, offsetDelta) => Record({ key, value, offsetDelta, timestampDelta: offsetDelta * 7, headers: { name: 'value' } }));
  const { buffer } = await RecordBatch({ firstOffset: 40, firstTimestamp: 1_700_000_000_000, maxTimestamp: 1_700_000_009_000, lastOffsetDelta: records.length - 1, records: encoded, ...options });
  return Buffer.from(buffer);
}

const ATTRIBUTES_AT = 22;
const bytesOrNull = fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)));

describe('record batches of other producers', () => {
  beforeAll(registerCodecs);

  it('are read with their keys, values, offsets and times, in every compression', async () => {
    const compressions = Object.values(kafkajs.CompressionTypes).filter((type) => typeof type === 'number');
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ key: bytesOrNull, value: bytesOrNull }), { minLength: 1, maxLength: 20 }), fc.constantFrom(...compressions), async (records, compression) => {
      const [batch] = await decodeBatches(await writtenByKafkajs(records, { compression }));
      expect(batch?.lastOffset).toBe(39 + records.length);
      expect(batch?.records).toEqual(records.map(({ key, value }, index) => ({ offset: 40 + index, timestampMs: 1_700_000_000_000 + index * 7, key: key ?? undefined, value: value ?? undefined })));
    }));
  });

  it('have the time of the broker where it stamps, whatever the producer said', async () => {
    const set = await writtenByKafkajs([{ key: null, value: Buffer.from('a') }, { key: null, value: Buffer.from('b') }]);
    set[ATTRIBUTES_AT] = (set[ATTRIBUTES_AT] ?? 0) | 0x08;
    const [batch] = await decodeBatches(set);
    expect(batch?.records.map(({ timestampMs }) => timestampMs)).toEqual([1_700_000_009_000, 1_700_000_009_000]);
  });

  it('are left for the next fetch where they are cut off', async () => {
    const set = Buffer.concat([await writtenByKafkajs([{ key: null, value: Buffer.from('a') }]), await writtenByKafkajs([{ key: null, value: Buffer.from('b') }])]);
    for (let length = 0; length <= set.length; length++) {
      const whole = length === set.length ? 2 : Math.floor(length / (set.length / 2));
      expect(await decodeBatches(set.subarray(0, length))).toHaveLength(whole);
    }
  });

  it('become one record with their bytes where they cannot be decompressed', async () => {
    const set = await writtenByKafkajs([{ key: null, value: Buffer.alloc(500, 'x') }], { compression: kafkajs.CompressionTypes.GZIP });
    set.fill(0xff, 70);
    const [batch] = await decodeBatches(set);
    expect(batch?.records).toEqual([{ offset: 40, timestampMs: 1_700_000_009_000, key: undefined, value: set.subarray(61) }]);
  });

  it('cover the offsets of records that were compacted away', async () => {
    const [batch] = await decodeBatches(await writtenByKafkajs([], { lastOffsetDelta: 9 }));
    expect(batch).toMatchObject({ records: [], lastOffset: 49 });
  });
});
