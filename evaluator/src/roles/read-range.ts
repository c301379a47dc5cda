import { UnderstudyError } from '@understudy/contracts/problem';
import type { TopicName } from '@understudy/contracts/topics';
import type { EventLog, LogRecord } from '@understudy/log/event-log';

/** Few and large reads: a fetch of Kafka brings what fits, whatever number of records was asked for. */
const PAGE = { maxRecords: 10_000, maxBytes: 4 * 1024 * 1024 };
/** However large it is. */
const ONE_RECORD = { maxRecords: 1, maxBytes: 1 };

/**
 * The records from an offset up to one that was committed, or to the end. Throws `LOG_UNAVAILABLE` (retryable) while the log does not show that far: a broker that
 * has just come back may be behind what was acknowledged, and a fold without it would be another one.
 */
export async function* readRange(log: Pick<EventLog, 'read'>, topic: TopicName, partition: number, from: number, to?: number): AsyncGenerator<LogRecord> {
  let offset = from;
  while (to === undefined || offset < to) {
    const { records, endOffset } = await log.read(topic, partition, offset, PAGE);
    if (to !== undefined) mustShow(topic, partition, endOffset, to);
    if (records.length === 0) return;
    for (const record of records) if (to === undefined || record.offset < to) yield record;
    offset = (records.at(-1)?.offset ?? offset) + 1;
  }
}

/**
 * A record shortly before an offset that was committed, or the next one after it. Not every offset holds a record: right before a position there may be the end of a
 * transaction, or several, and nothing behind it yet.
 */
export async function recordNear(log: Pick<EventLog, 'read'>, topic: TopicName, partition: number, position: number): Promise<LogRecord | undefined> {
  for (let back = 1; back < 2 * position; back *= 2) {
    const { records, endOffset } = await log.read(topic, partition, Math.max(0, position - back), ONE_RECORD);
    mustShow(topic, partition, endOffset, position);
    if (records[0] !== undefined) return records[0];
  }
  return undefined;
}

function mustShow(topic: TopicName, partition: number, endOffset: number, committed: number): void {
  if (endOffset >= committed) return;
  throw new UnderstudyError({ code: 'LOG_UNAVAILABLE', message: `${topic}/${partition} ends at ${endOffset}, and ${committed} was committed`, fix: 'Wait: it is tried again.', retryable: true });
}
