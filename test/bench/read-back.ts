import { inflate } from '@understudy/contracts/otlp/inflate';
import { readSpans } from '@understudy/contracts/otlp/span-reader';
import { TOPICS, type TopicName } from '@understudy/contracts/topics';
import type { EventLog, LogRecord } from '@understudy/log/event-log';
import { NumberedRequests, requestOf, SPANS_A_REQUEST, spanNumberOf } from './numbered-requests.ts';

const MAX_INFLATED_BYTES = 20 * 1024 * 1024;
const READ_BYTES = 8 * 1024 * 1024;
/** Of a row: where its trace id stands. */
const TRACE_ID = Buffer.from('"trace_id":"');
const TRACE_ID_DIGITS = 32;

/** How often each of so many numbered things was found. */
interface Count {
  readonly lost: number;
  readonly twice: number;
}

/** Every request must be in the log once, byte by byte as it was sent. */
export async function countSpans(log: EventLog, requests: number): Promise<Count & { damaged: number }> {
  const numbered = new NumberedRequests();
  const found = new Uint8Array(requests);
  let damaged = 0;
  for await (const { value } of everyRecord(log, TOPICS.spans.name)) {
    const bytes = inflate(value, MAX_INFLATED_BYTES);
    const number = requestOf(readSpans(bytes).next().value?.traceId ?? '');
    if (!numbered.body(number).equals(bytes)) damaged += SPANS_A_REQUEST;
    found[number] = (found[number] ?? 0) + 1;
  }
  const { lost, twice } = countOf(found);
  return { lost: lost * SPANS_A_REQUEST, twice: twice * SPANS_A_REQUEST, damaged };
}

/** Every span must be one row of `llm.calls`. */
export async function countCalls(log: EventLog, spans: number): Promise<Count> {
  const found = new Uint8Array(spans);
  for await (const { value } of everyRecord(log, TOPICS.calls.name)) {
    const lines = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    for (let at = lines.indexOf(TRACE_ID); at >= 0; at = lines.indexOf(TRACE_ID, at + 1)) {
      const start = at + TRACE_ID.length;
      const number = spanNumberOf(lines.toString('latin1', start, start + TRACE_ID_DIGITS));
      found[number] = (found[number] ?? 0) + 1;
    }
  }
  return countOf(found);
}

export async function* everyRecord(log: EventLog, topic: TopicName): AsyncGenerator<LogRecord> {
  for (let partition = 0; partition < log.partitionCount(topic); partition++) {
    for (let offset = 0; ; ) {
      const { records, endOffset } = await log.read(topic, partition, offset, { maxBytes: READ_BYTES });
      yield* records;
      const last = records.at(-1)?.offset;
      if (last === undefined || last + 1 >= endOffset) break;
      offset = last + 1;
    }
  }
}

function countOf(found: Uint8Array): Count {
  return { lost: found.filter((times) => times === 0).length, twice: found.filter((times) => times > 1).length };
}
