import { type AcceptedTraces, acceptTraces, type ReceivedBody, type RefusedTraces } from './accept-traces.ts';
import { LargeJson } from './large-json.ts';
import type { CollectorLimits } from './limits.ts';

/** About 7 ms of work; what is larger is done beside the event loop. */
const MAX_JSON_AT_ONCE_BYTES = 1024 * 1024;

const EMPTY: AcceptedTraces = { kind: 'accepted', value: new Uint8Array(0), acceptedSpans: 0, rejected: [] };

/** From a received body to what is stored of it. */
export class TraceProcessor {
  private readonly limits: CollectorLimits;
  private readonly largeJson: LargeJson;

  constructor(limits: CollectorLimits) {
    this.limits = limits;
    this.largeJson = new LargeJson(limits);
  }

  process(body: ReceivedBody): AcceptedTraces | RefusedTraces | Promise<AcceptedTraces | RefusedTraces> {
    // The empty request of protobuf; JSON has at least its braces.
    if (body.format === 'protobuf' && body.plain.length === 0) return EMPTY;
    if (body.format === 'json' && body.plain.length > MAX_JSON_AT_ONCE_BYTES) return this.largeJson.accept(body);
    return acceptTraces(body, this.limits);
  }
}
