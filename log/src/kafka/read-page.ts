import type { ReadResult } from '../event-log.ts';
import { EARLIEST } from './offsets.ts';
import { PartitionBuffer } from './partition-buffer.ts';
import type { PartitionReader } from './partition-reader.ts';

const DEFAULT_MAX_RECORDS = 500;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** Records from an offset on, up to the limits; at least one when there is one. */
export async function readPage(reader: PartitionReader, topic: string, partition: number, fromOffset: number, limits: { maxRecords?: number; maxBytes?: number } = {}): Promise<ReadResult> {
  const { maxRecords = DEFAULT_MAX_RECORDS, maxBytes = DEFAULT_MAX_BYTES } = limits;
  if (fromOffset >= Number.MAX_SAFE_INTEGER) return theEnd(reader, topic, partition);
  const page = new PartitionBuffer(topic, partition, fromOffset);
  let bytes = 0;
  for (;;) {
    const startOffset = page.fetchFrom;
    const fetched = await reader.fetch(topic, partition, startOffset, Math.max(1, maxBytes - bytes));
    // Beyond the end there is nothing; the log's begin is not what was asked for.
    const isBeyond = fetched.nextOffset < startOffset;
    if (!isBeyond) page.add(fetched);
    bytes += fetched.records.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
    const { records } = page.peek(maxRecords, maxBytes);
    const isDone = isBeyond || fetched.isEnd || records.length >= maxRecords || bytes >= maxBytes;
    if (isDone) return { records, firstOffset: fetched.firstOffset, endOffset: Math.max(fetched.highWatermark, fetched.nextOffset) };
  }
}

async function theEnd(reader: PartitionReader, topic: string, partition: number): Promise<ReadResult> {
  const [firstOffset, endOffset] = await Promise.all([reader.offsetOf(topic, partition, EARLIEST), reader.highWatermark(topic, partition)]);
  return { records: [], firstOffset, endOffset };
}
