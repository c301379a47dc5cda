import { promisify } from 'node:util';
import { gzip, unzip, zstdCompress, zstdDecompress } from 'node:zlib';
import type { Codec } from './codec.ts';
import { MAX_INFLATED_BYTES, brokenBytes, refuseInflatedBytes } from './undecodable-batch.ts';

const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

/** kafkajs has gzip of its own, but without a bound on what comes out. */
export function gzipCodec(maxBytes = MAX_INFLATED_BYTES): Codec {
  return zlibCodec('gzip', promisify(gzip) as (data: Buffer) => Promise<Buffer>, promisify(unzip) as Inflate, maxBytes);
}

export function zstdCodec(maxBytes = MAX_INFLATED_BYTES): Codec {
  return zlibCodec('zstd', promisify(zstdCompress) as (data: Buffer) => Promise<Buffer>, promisify(zstdDecompress) as Inflate, maxBytes);
}

type Inflate = (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

function zlibCodec(name: string, deflate: (data: Buffer) => Promise<Buffer>, inflate: Inflate, maxBytes: number): Codec {
  return {
    compress: ({ buffer }) => deflate(buffer),
    async decompress(compressed) {
      try {
        return await inflate(compressed, { maxOutputLength: maxBytes });
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === TOO_LARGE) refuseInflatedBytes(name, Number.POSITIVE_INFINITY, maxBytes);
        throw brokenBytes(name, cause);
      }
    },
  };
}
