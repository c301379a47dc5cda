import { gunzip } from 'node:zlib';
import { inflate, inflateChunkBytes, inflateProblem, isGzip } from '@understudy/contracts/otlp/inflate';

/** Inflating so much takes about 2 ms: it is done at once. More is done beside the event loop, which costs more in sum. */
const MAX_INFLATED_AT_ONCE_BYTES = 512 * 1024;
/** Buffers of the largest size that may exist at the same time. */
const MAX_AT_THE_SAME_TIME = 2;

/** Inflates gzip bodies: the small ones at once, the large ones in zlib's threads, two at a time, none beyond its limit. */
export class Decompressor {
  private readonly maxBytes: number;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Throws `CORRUPT_GZIP` or `TOO_LARGE`. */
  async inflate(body: Uint8Array): Promise<Uint8Array> {
    if (body.length === 0) return body;
    if (!isGzip(body)) throw inflateProblem(undefined, this.maxBytes);
    if (inflateChunkBytes(body, this.maxBytes) <= MAX_INFLATED_AT_ONCE_BYTES) {
      const small = smallInflated(body, Math.min(MAX_INFLATED_AT_ONCE_BYTES, this.maxBytes));
      if (small !== undefined) return small;
    }
    return this.inflateAside(body);
  }

  private async inflateAside(body: Uint8Array): Promise<Uint8Array> {
    if (this.running >= MAX_AT_THE_SAME_TIME) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
    try {
      return await gunzipAside(body, this.maxBytes);
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}

/** Undefined when the body is larger than its trailer says. */
function smallInflated(body: Uint8Array, maxBytes: number): Uint8Array | undefined {
  try {
    return inflate(body, maxBytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'TOO_LARGE') return undefined;
    throw error;
  }
}

function gunzipAside(body: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gunzip(body, { maxOutputLength: maxBytes, chunkSize: 256 * 1024 }, (error, inflated) => {
      if (error) reject(inflateProblem(error, maxBytes));
      else resolve(inflated);
    });
  });
}
