import type { RecordBatch, StoredRecord } from './record-batch.ts';

/** As a fetch tells it: from its first offset on, the records of the producer belong to a transaction that was aborted. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/**
 * The records of what was fetched up to the last stable offset, from `fromOffset` on, without those of aborted transactions. A transaction ends with a control
 * batch of its producer; what a control batch is stands in its attributes, never in a key.
 */
export function committedRecords(batches: readonly RecordBatch[], aborted: readonly AbortedTransaction[], fromOffset: number): StoredRecord[] {
  const waiting = [...aborted].sort((one, other) => one.firstOffset - other.firstOffset);
  const inAborted = new Set<number>();
  const records: StoredRecord[] = [];
  for (const batch of batches) {
    while (waiting[0] !== undefined && waiting[0].firstOffset <= batch.lastOffset) inAborted.add(waiting.shift()?.producerId ?? 0);
    if (batch.endsTransaction === 'aborted') inAborted.delete(batch.producerId);
    if (batch.isTransactional && inAborted.has(batch.producerId)) continue;
    for (const record of batch.records) if (record.offset >= fromOffset) records.push(record);
  }
  return records;
}
