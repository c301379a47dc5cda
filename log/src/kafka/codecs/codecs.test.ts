import fc from 'fast-check';
import { compressSync as snappyBlock } from 'snappy';
import { describe, expect, it } from 'vitest';
import type { Codec } from './codec.ts';
import { lz4Codec } from './lz4-codec.ts';
import { snappyCodec } from './snappy-codec.ts';
import { UndecodableBatchError } from './undecodable-batch.ts';
import { gzipCodec, zstdCodec } from './zlib-codecs.ts';

const MAX_BYTES = 200_000;
const CODECS: readonly (readonly [string, Codec])[] = [['gzip', gzipCodec(MAX_BYTES)], ['snappy', snappyCodec(MAX_BYTES)], ['lz4', lz4Codec(MAX_BYTES)], ['zstd', zstdCodec(MAX_BYTES)]];

describe.each(CODECS)('%s', (name, codec) => {
  it('gives back what was compressed, whatever it was', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
      expect(await codec.decompress(await codec.compress({ buffer: Buffer.from(bytes) }))).toEqual(Buffer.from(bytes));
    }), { numRuns: 50 });
  });

  it('takes what just fits its bound, and refuses what inflates to more before it is inflated', async () => {
    expect((await codec.decompress(await codec.compress({ buffer: Buffer.alloc(MAX_BYTES, 'ab') }))).length).toBe(MAX_BYTES);
    await expect(codec.decompress(await codec.compress({ buffer: Buffer.alloc(MAX_BYTES + 1, 'ab') }))).rejects.toThrow(/inflates to more than/);
  });

  it('says of broken bytes that the batch cannot be read, and that trying again is useless', async () => {
    const whole = await codec.compress({ buffer: Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(50)) });
    for (const broken of [whole.subarray(0, whole.length - 9), Buffer.alloc(0), Buffer.alloc(40, 0xff)]) {
      const error = await codec.decompress(broken).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UndecodableBatchError);
      expect(error).toMatchObject({ codec: name, retriable: false });
    }
  });

  it('meets any bytes with a result or with that error', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const result = await codec.decompress(Buffer.from(bytes)).catch((reason: unknown) => reason);
      expect(result instanceof UndecodableBatchError || Buffer.isBuffer(result)).toBe(true);
    }), { numRuns: 300 });
  });
});

describe('snappy in the framing of Java clients', () => {
  const block = (text: string) => {
    const data = snappyBlock(text);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, data]);
  };
  const head = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]);

  it('reads several blocks as one', async () => {
    expect((await snappyCodec().decompress(Buffer.concat([head, block('first '), block('second')]))).toString()).toBe('first second');
  });

  it('bounds the sum of the blocks', async () => {
    await expect(snappyCodec(1_000).decompress(Buffer.concat([head, block('a'.repeat(600)), block('b'.repeat(600))]))).rejects.toThrow(/inflates to more/);
  });

  it('refuses a block that ends too early', async () => {
    await expect(snappyCodec().decompress(Buffer.concat([head, block('first').subarray(0, 6)]))).rejects.toThrow(/ends inside a block/);
  });
});
