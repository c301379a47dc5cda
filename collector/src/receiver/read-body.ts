import type { IncomingMessage } from 'node:http';
import type { InFlight } from './in-flight.ts';

export type BodyOutcome =
  | { readonly kind: 'complete'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' | 'too-slow' | 'disconnected' | 'busy' };

export interface BodyLimits {
  readonly maxBytes: number;
  readonly maxMs: number;
}

/** Gathers a body up to its limits. Whatever ends it early leaves nothing behind; the bytes stay counted in `inFlight` until the caller releases them. */
export function readBody(request: IncomingMessage, limits: BodyLimits, inFlight: InFlight): Promise<BodyOutcome> {
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBytes) return Promise.resolve({ kind: 'too-large' });
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const timer = setTimeout(() => finish({ kind: 'too-slow' }), limits.maxMs);
    const finish = (outcome: BodyOutcome): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      resolve(outcome);
    };
    const onData = (chunk: Uint8Array): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > limits.maxBytes) finish({ kind: 'too-large' });
      else if (!inFlight.add(chunk.length)) finish({ kind: 'busy' });
    };
    const onEnd = (): void => finish({ kind: 'complete', bytes: chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, size) });
    const onClose = (): void => finish({ kind: 'disconnected' });
    // An error is always followed by close.
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', () => {});
  });
}
