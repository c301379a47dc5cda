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

/** Of batches that are not all decided: the records of transactions that end in them with a commit. Others may still be under way, and hold nobody up. */
export function decidedRecords(batches: readonly RecordBatch[], fromOffset: number): StoredRecord[] {
  const pending = new Map<number, StoredRecord[]>();
  const decided: StoredRecord[] = [];
  for (const batch of batches) {
    const waiting = pending.get(batch.producerId) ?? [];
    if (batch.endsTransaction === 'committed') decided.push(...waiting);
    if (batch.endsTransaction !== undefined) pending.delete(batch.producerId);
    else if (batch.isTransactional) pending.set(batch.producerId, [...waiting, ...batch.records]);
    else decided.push(...batch.records);
  }
  return decided.filter(({ offset }) => offset >= fromOffset).sort((one, other) => one.offset - other.offset);
}
