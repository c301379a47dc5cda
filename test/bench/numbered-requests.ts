import { gzipSync } from 'node:zlib';
import { benchRequest } from '../../evaluator/bench/bench-spans.ts';

export type Encoding = 'plain' | 'gzip';

export const SPANS_A_REQUEST = 50;
/** Of each span: 1.6 KB with everything else. */
const TEXT_BYTES = 512;
const TEMPLATES = 60;
/** Of a trace id: the last bytes number the span within the templates, the first ones tell how often those were used before. */
const ROUND_BYTES = 4;
/** An id of zeros alone is none. */
const FIRST_SPAN = 1;
const ID_BYTES = 16;
const ID_FIELD = [0x0a, ID_BYTES];

interface Template {
  readonly bytes: Uint8Array;
  /** Where the trace ids of its spans stand. */
  readonly idsAt: readonly number[];
}

/** Requests of 50 spans, each span with a trace id of its own, the same bytes in every process that asks for the same number. */
export class NumberedRequests {
  readonly #templates: readonly Template[] = Array.from({ length: TEMPLATES }, (_, index) => templateOf(FIRST_SPAN + index * SPANS_A_REQUEST));

  /** Protobuf, not compressed. */
  body(number: number): Buffer {
    const template = this.#templates[number % TEMPLATES];
    if (template === undefined) throw new RangeError(`there is no request ${number}`);
    const bytes = Buffer.from(template.bytes);
    for (const at of template.idsAt) bytes.writeUInt32BE(Math.floor(number / TEMPLATES), at);
    return bytes;
  }

  encoded(number: number, encoding: Encoding): Buffer {
    return encoding === 'gzip' ? gzipSync(this.body(number)) : this.body(number);
  }

  get bytesASpan(): number {
    return this.body(0).length / SPANS_A_REQUEST;
  }
}

/** Number of the request that a span belongs to. */
export function requestOf(traceId: string): number {
  return Number.parseInt(traceId.slice(0, 2 * ROUND_BYTES), 16) * TEMPLATES + Math.floor(spanWithinTemplates(traceId) / SPANS_A_REQUEST);
}

/** Number of the span among all of them. */
export function spanNumberOf(traceId: string): number {
  return requestOf(traceId) * SPANS_A_REQUEST + (spanWithinTemplates(traceId) % SPANS_A_REQUEST);
}

function spanWithinTemplates(traceId: string): number {
  return Number.parseInt(traceId.slice(2 * ROUND_BYTES), 16) - FIRST_SPAN;
}

function templateOf(firstSpan: number): Template {
  const bytes = benchRequest(firstSpan, SPANS_A_REQUEST, TEXT_BYTES, TEXT_BYTES);
  const idsAt = Array.from({ length: SPANS_A_REQUEST }, (_, index) => {
    const id = Buffer.from([...ID_FIELD, ...Buffer.from((firstSpan + index).toString(16).padStart(2 * ID_BYTES, '0'), 'hex')]);
    return Buffer.from(bytes).indexOf(id) + ID_FIELD.length;
  });
  return { bytes, idsAt };
}
