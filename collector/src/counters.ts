/** Since the start of the process. */
export interface CollectorCounters {
  readonly requests: number;
  /** Bodies as they were sent. */
  readonly receivedBytes: number;
  /** Committed by the log. */
  readonly acceptedSpans: number;
  readonly rejectedSpans: number;
  /** Answered with 4xx or 500: the sender will not try again. */
  readonly refusedRequests: number;
  /** Answered with 503: the sender will. */
  readonly unavailable: number;
  /** The sender left before its body was complete. */
  readonly disconnected: number;
}

export function newCounters(): CollectorCounters {
  return { requests: 0, receivedBytes: 0, acceptedSpans: 0, rejectedSpans: 0, refusedRequests: 0, unavailable: 0, disconnected: 0 };
}
