import kafkajs from 'kafkajs';
import { lz4Codec } from './lz4-codec.ts';
import { snappyCodec } from './snappy-codec.ts';
import { gzipCodec, zstdCodec } from './zlib-codecs.ts';

/** Makes batches of every producer readable: kafkajs brings gzip only, and its consumers end at the first batch of another kind. For the whole process, as kafkajs keeps them. */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.GZIP] = gzipCodec;
  CompressionCodecs[CompressionTypes.Snappy] = snappyCodec;
  CompressionCodecs[CompressionTypes.LZ4] = lz4Codec;
  CompressionCodecs[CompressionTypes.ZSTD] = zstdCodec;
}
