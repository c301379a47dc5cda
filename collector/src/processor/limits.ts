import type { ScanLimits } from '@understudy/contracts/otlp/scan';

const MIB = 1024 * 1024;

export interface CollectorLimits extends ScanLimits {
  /** A request after decompression; what the score role is willing to inflate, too. */
  readonly maxBodyBytes: number;
  /** A gzip body as sent. LLM text shrinks to a third or a fifth, so this is the same request as 20 MiB of plain text; more is a bomb's shape. */
  readonly maxCompressedBytes: number;
  /** A body must have arrived within this time from its head. Against senders that hold a connection open byte by byte. */
  readonly maxBodyMs: number;
  /** Of all requests that are being received or stored: above it the next one is asked to come again. Bounds the memory. */
  readonly maxInFlightBytes: number;
}

export const DEFAULT_LIMITS: CollectorLimits = {
  maxBodyBytes: 20 * MIB,
  maxCompressedBytes: 4 * MIB,
  maxBodyMs: 30_000,
  maxInFlightBytes: 64 * MIB,
  // The exporters' own batches hold 512 spans.
  maxSpans: 10_000,
  // Long answers and inline images fit; one span must not be the whole request.
  maxSpanBytes: 4 * MIB,
  // Not the SDKs' 128: dialects that write each message under an indexed key need several hundred.
  maxAttributesPerSpan: 1_024,
  maxAttributeKeyBytes: 256,
  maxValuesPerSpan: 10_000,
  // 10,000 spans of 30 attributes are 1.3 million.
  maxFields: 2_000_000,
};
