/** One request, as the provider answered it. */
export interface RequestLogEntry {
  /** From 1. */
  readonly number: number;
  readonly at: string;
  readonly model: string;
  readonly status: number;
  /** From the W3C `traceparent` header, when the application sent one. */
  readonly traceId: string | undefined;
  readonly stream: boolean;
}

/** About an hour at 20 requests a second. */
const KEPT = 80_000;

export interface RequestLog {
  readonly add: (entry: Omit<RequestLogEntry, 'number'>) => void;
  readonly read: (query: { after: number; traceId: string | undefined }) => readonly RequestLogEntry[];
}

export function createRequestLog(): RequestLog {
  const entries: RequestLogEntry[] = [];
  let count = 0;
  return {
    add: (entry) => {
      count += 1;
      entries.push({ number: count, ...entry });
      if (entries.length > KEPT * 1.1) entries.splice(0, entries.length - KEPT);
    },
    read: ({ after, traceId }) => entries.filter((entry) => entry.number > after && (traceId === undefined || entry.traceId === traceId)),
  };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
export function traceIdOf(traceparent: string | string[] | undefined): string | undefined {
  return typeof traceparent === 'string' ? /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent)?.[1] : undefined;
}
