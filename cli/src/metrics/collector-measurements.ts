import type { CollectorCounters } from '@understudy/collector/counters';
import type { Measurement } from './measurement.ts';

/** What a collector tells of itself. */
export function collectorMeasurements(counters: CollectorCounters): Measurement[] {
  return [
    counter('understudy_collector_requests_total', 'Requests of senders of telemetry.', [{ labels: {}, value: counters.requests }]),
    counter('understudy_collector_received_bytes_total', 'Bodies as they were sent.', [{ labels: {}, value: counters.receivedBytes }]),
    counter('understudy_collector_accepted_spans_total', 'Spans that the event log has committed.', [{ labels: {}, value: counters.acceptedSpans }]),
    counter('understudy_collector_rejected_spans_total', 'Spans over a limit, named in the partial success of the answer.', [{ labels: {}, value: counters.rejectedSpans }]),
    counter('understudy_collector_unsuccessful_requests_total', 'Requests that stored nothing. unavailable: answered with 503, the sender tries again; refused: with 4xx or 500; disconnected: the sender left.', [
      { labels: { reason: 'unavailable' }, value: counters.unavailable }, { labels: { reason: 'refused' }, value: counters.refusedRequests }, { labels: { reason: 'disconnected' }, value: counters.disconnected },
    ]),
  ];
}

function counter(name: string, help: string, values: Measurement['values']): Measurement {
  return { kind: 'counter', name, help, values };
}
