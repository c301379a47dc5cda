import { dropSpans } from '@understudy/contracts/otlp/drop-spans';
import { traceRequestFromJson } from '@understudy/contracts/otlp/from-json';
import { MalformedOtlp, OverLimit } from '@understudy/contracts/otlp/malformed';
import { type Scan, scanRequest } from '@understudy/contracts/otlp/scan';
import type { OtlpFormat } from '../receiver/media-type.ts';
import type { CollectorLimits } from './limits.ts';

export interface ReceivedBody {
  readonly format: OtlpFormat;
  /** As sent. */
  readonly sent: Uint8Array;
  /** Decompressed; the same as `sent` when it was not compressed. */
  readonly plain: Uint8Array;
}

export interface AcceptedTraces {
  readonly kind: 'accepted';
  /** What is appended to `llm.spans`: protobuf, gzip when that is how it came. */
  readonly value: Uint8Array;
  readonly acceptedSpans: number;
  /** Why spans were left out, one entry a span. */
  readonly rejected: readonly string[];
}

/** Nothing of the request can be stored. */
export interface RefusedTraces {
  readonly kind: 'malformed' | 'over-limit';
  readonly message: string;
}

/** Checks a trace request and decides what of it is stored: what came as protobuf and is good is passed on as it came. */
export function acceptTraces(body: ReceivedBody, limits: CollectorLimits): AcceptedTraces | RefusedTraces {
  try {
    return checkTraces(body, limits);
  } catch (error) {
    if (error instanceof MalformedOtlp) return { kind: 'malformed', message: `${error.message}. ${error.fix}` };
    if (error instanceof OverLimit) return { kind: 'over-limit', message: `${error.message}. ${error.fix}` };
    throw error;
  }
}

function checkTraces(body: ReceivedBody, limits: CollectorLimits): AcceptedTraces {
  const converted = body.format === 'json' ? traceRequestFromJson(body.plain) : { bytes: body.plain, rejected: [] };
  const scan = scanRequest(converted.bytes, limits);
  const acceptedSpans = scan.spanCount - scan.rejected.length;
  const rejected = [...converted.rejected, ...scan.rejected.map((each) => each.reason)];
  const unreadable = converted.rejected.length + scan.rejected.filter((each) => each.malformed).length;
  if (acceptedSpans === 0 && unreadable > 0 && unreadable === rejected.length) throw new MalformedOtlp(`no span of it can be read: ${rejected[0]}`);
  return { kind: 'accepted', value: storedValue(body, converted.bytes, scan), acceptedSpans, rejected };
}

function storedValue(body: ReceivedBody, bytes: Uint8Array, scan: Scan): Uint8Array {
  if (scan.rejected.length > 0) return dropSpans(bytes, new Set(scan.rejected.map((each) => each.start)));
  return body.format === 'protobuf' ? body.sent : bytes;
}

const MAX_REASONS = 5;

/** For the sender's log: how many were rejected, and the first few different reasons. */
export function rejectionMessage(accepted: AcceptedTraces): string {
  const counts = new Map<string, number>();
  for (const reason of accepted.rejected) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const named = [...counts].slice(0, MAX_REASONS).map(([reason, count]) => `${count} × ${reason}`);
  const more = counts.size > MAX_REASONS ? ` and ${counts.size - MAX_REASONS} other reasons` : '';
  return `${accepted.rejected.length} of ${accepted.rejected.length + accepted.acceptedSpans} spans rejected: ${named.join('; ')}${more}`;
}
