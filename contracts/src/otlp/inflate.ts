import { gunzipSync } from 'node:zlib';
import { UnderstudyError } from '../problem.ts';

/** Deflate cannot expand more than this, so a larger size in the trailer is a lie that must not make us allocate. */
const MAX_EXPANSION = 1_032;
const GZIP_MIN_BYTES = 18;
/** zlib's own default: a trailer that promises less must not make us inflate in crumbs. */
const MIN_CHUNK_BYTES = 16 * 1024;

/** By its magic number; no valid protobuf message begins so (0x1f would be wire type 7). */
export function isGzip(value: Uint8Array): boolean {
  return value.length >= 2 && value[0] === 0x1f && value[1] === 0x8b;
}

/** The bytes of a record or request: gzip is inflated, up to `maxBytes` and no further; anything else passes through. */
export function inflate(value: Uint8Array, maxBytes: number): Uint8Array {
  if (!isGzip(value)) {
    if (value.length > maxBytes) throw tooLarge(maxBytes);
    return value;
  }
  try {
    return gunzipSync(value, { maxOutputLength: maxBytes, chunkSize: inflateChunkBytes(value, maxBytes) });
  } catch (error) {
    throw inflateProblem(error, maxBytes);
  }
}

/** Size of the output buffer: what the gzip trailer says, so that an honest body needs one buffer and no copy. */
export function inflateChunkBytes(value: Uint8Array, maxBytes: number): number {
  if (value.length < GZIP_MIN_BYTES) return MIN_CHUNK_BYTES;
  const trailer = new DataView(value.buffer, value.byteOffset + value.length - 4, 4).getUint32(0, true);
  // One byte more than promised lets zlib see the end of the stream without a second round.
  return Math.max(MIN_CHUNK_BYTES, Math.min(trailer + 1, value.length * MAX_EXPANSION, maxBytes + 1));
}

export function inflateProblem(error: unknown, maxBytes: number): UnderstudyError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes);
  return new UnderstudyError({
    code: 'CORRUPT_GZIP', message: 'the body is not valid gzip', fix: 'Send the body as gzip when content-encoding says so, else without that header.', cause: error,
  });
}

function tooLarge(maxBytes: number): UnderstudyError {
  return new UnderstudyError({
    code: 'TOO_LARGE', message: `the request is larger than ${maxBytes} bytes after decompression`, fix: 'Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE) or shorter content.',
  });
}
