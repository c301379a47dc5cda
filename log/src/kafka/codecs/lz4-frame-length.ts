import { UndecodableBatchError } from './undecodable-batch.ts';

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md */
const MAGIC = 0x184d2204;
const MAX_BLOCK_BYTES: ReadonlyMap<number, number> = new Map([[4, 64 * 1024], [5, 256 * 1024], [6, 1024 * 1024], [7, 4 * 1024 * 1024]]);
const FLAG = { dictionary: 0x01, contentSize: 0x08, blockChecksum: 0x10 } as const;
const STORED = 0x8000_0000;

/**
 * How many bytes a frame becomes, at most: full blocks are assumed where that stays within `enoughBytes`, else each block's sequences are counted, which reads every
 * token and copies nothing. The library checks the rest.
 */
export function lz4FrameLength(frame: Buffer, enoughBytes: number): number {
  const blocks = blocksOf(frame);
  const atMost = blocks.list.length * blocks.maxBytes;
  if (atMost <= enoughBytes) return atMost;
  let length = 0;
  for (const block of blocks.list) {
    length += block.stored ? block.data.length : blockLength(block.data);
    if (length > enoughBytes) break;
  }
  return length;
}

interface Block {
  readonly stored: boolean;
  readonly data: Buffer;
}

function blocksOf(frame: Buffer): { readonly list: readonly Block[]; readonly maxBytes: number } {
  const flags = frame[4] ?? 0;
  const maxBytes = MAX_BLOCK_BYTES.get(((frame[5] ?? 0) >> 4) & 0x07);
  if (frame.length < 7 || frame.readUInt32LE(0) !== MAGIC || maxBytes === undefined) throw new UndecodableBatchError('lz4', 'it is no LZ4 frame');
  const list: Block[] = [];
  const trailerBytes = (flags & FLAG.blockChecksum) === 0 ? 0 : 4;
  let at = 7 + ((flags & FLAG.contentSize) === 0 ? 0 : 8) + ((flags & FLAG.dictionary) === 0 ? 0 : 4);
  for (;;) {
    if (at + 4 > frame.length) throw new UndecodableBatchError('lz4', 'it ends inside a block');
    const head = frame.readUInt32LE(at);
    if (head === 0) return { list, maxBytes };
    const size = head & ~STORED;
    list.push({ stored: (head & STORED) !== 0, data: frame.subarray(at + 4, at + 4 + size) });
    at += 4 + size + trailerBytes;
  }
}

/** The literals and matches of one block, added up. */
function blockLength(block: Buffer): number {
  let at = 0;
  let length = 0;
  const extended = (start: number) => {
    if (start < 15) return start;
    let value = start;
    for (let byte = 255; byte === 255; at++) {
      byte = block[at] ?? 0;
      value += byte;
    }
    return value;
  };
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = extended(token >> 4);
    length += literals;
    at += literals;
    if (at >= block.length) break;
    // The match's distance, then its length, which is at least 4.
    at += 2;
    length += extended(token & 0x0f) + 4;
  }
  return length;
}
