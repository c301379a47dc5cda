import { compressFrame, decompressFrame } from 'lz4-napi';
import type { Codec } from './codec.ts';
import { lz4FrameLength } from './lz4-frame-length.ts';
import { MAX_INFLATED_BYTES, brokenBytes, refuseInflatedBytes } from './undecodable-batch.ts';

/** The frame format, as every Kafka client since 0.10 writes it. Its library has no bound, and producers leave the length out of the head: it is counted first. */
export function lz4Codec(maxBytes = MAX_INFLATED_BYTES): Codec {
  return {
    compress: ({ buffer }) => compressFrame(buffer),
    async decompress(compressed) {
      refuseInflatedBytes('lz4', lz4FrameLength(compressed, maxBytes), maxBytes);
      try {
        return await decompressFrame(compressed);
      } catch (cause) {
        throw brokenBytes('lz4', cause);
      }
    },
  };
}
