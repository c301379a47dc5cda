import { BATCH_BYTES } from './batch-size.ts';
import type { OutgoingRecord } from './protocol/encode-batch.ts';

/** Runs of records that fit into one batch each; a record that is larger alone has one of its own. */
export function splitIntoBatches(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const batches: OutgoingRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    if (bytes + size > BATCH_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(record);
    bytes += size;
  }
  return batches;
}
