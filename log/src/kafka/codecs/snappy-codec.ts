import { compress, uncompress } from 'snappy';
import type { Codec } from './codec.ts';
import { MAX_INFLATED_BYTES, UndecodableBatchError, brokenBytes, refuseInflatedBytes } from './undecodable-batch.ts';

/** What Java clients put before their blocks (the xerial library's stream format): 0x82 "SNAPPY" 0, then two versions of 4 bytes. librdkafka and sarama write bare blocks. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/** A block says at its beginning how long it will be, so that the bound is kept before anything is inflated. */
export function snappyCodec(maxBytes = MAX_INFLATED_BYTES): Codec {
  return {
    compress: ({ buffer }) => compress(buffer),
    async decompress(compressed) {
      const blocks = blocksOf(compressed);
      refuseInflatedBytes('snappy', blocks.reduce((sum, block) => sum + inflatedLength(block), 0), maxBytes);
      try {
        return Buffer.concat(await Promise.all(blocks.map((block) => uncompress(block, { asBuffer: true }) as Promise<Buffer>)));
      } catch (cause) {
        throw brokenBytes('snappy', cause);
      }
    },
  };
}

function blocksOf(data: Buffer): readonly Buffer[] {
  if (!data.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return [data];
  const blocks: Buffer[] = [];
  let at = XERIAL_HEADER_BYTES;
  while (at < data.length) {
    const end = at + 4 <= data.length ? at + 4 + data.readUInt32BE(at) : Number.POSITIVE_INFINITY;
    if (end > data.length) throw new UndecodableBatchError('snappy', 'it ends inside a block');
    blocks.push(data.subarray(at + 4, end));
    at = end;
  }
  return blocks;
}

/** The varint at the beginning of a block. */
function inflatedLength(block: Buffer): number {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = block[index];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return length;
  }
  throw new UndecodableBatchError('snappy', 'it does not say how long it is');
}
