import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AbortedTransaction, committedRecords, decidedRecords } from './read-committed.ts';
import type { RecordBatch, StoredRecord } from './record-batch.ts';

const record = (offset: number, key?: Buffer): StoredRecord => ({ offset, timestampMs: 0, key, value: Buffer.from(String(offset)) });

function data(producerId: number, offset: number, options: { plain?: boolean; key?: Buffer } = {}): RecordBatch {
  return { baseOffset: offset, lastOffset: offset, producerId, isTransactional: options.plain !== true, endsTransaction: undefined, records: [record(offset, options.key)] };
}

function end(producerId: number, offset: number, endsTransaction: 'committed' | 'aborted'): RecordBatch {
  return { baseOffset: offset, lastOffset: offset, producerId, isTransactional: true, endsTransaction, records: [] };
}

const offsets = (records: readonly StoredRecord[]) => records.map(({ offset }) => offset);

describe('what a reader of committed records sees', () => {
  it('leaves out an aborted transaction, and what else its producer wrote stays', () => {
    const batches = [data(1, 0), end(1, 1, 'committed'), data(1, 2), data(2, 3), end(1, 4, 'aborted'), data(1, 5), end(2, 6, 'committed'), end(1, 7, 'committed')];
    expect(offsets(committedRecords(batches, [{ producerId: 1, firstOffset: 2 }], 0))).toEqual([0, 3, 5]);
  });

  it('takes the aborted ones in the order of their offsets, however they are listed', () => {
    const batches = [data(1, 0), data(2, 1), end(1, 2, 'aborted'), data(1, 3), end(1, 4, 'aborted'), end(2, 5, 'aborted')];
    const aborted: AbortedTransaction[] = [{ producerId: 1, firstOffset: 3 }, { producerId: 2, firstOffset: 1 }, { producerId: 1, firstOffset: 0 }];
    expect(committedRecords(batches, aborted, 0)).toEqual([]);
  });

  it('knows an end by its attributes, not by a key that looks like one', () => {
    const looksLikeAbort = Buffer.from([0, 0, 0, 0]);
    const batches = [data(1, 0, { key: looksLikeAbort }), data(1, 1), end(1, 2, 'aborted'), data(3, 3, { plain: true, key: looksLikeAbort })];
    expect(offsets(committedRecords(batches, [{ producerId: 1, firstOffset: 0 }], 0))).toEqual([3]);
  });

  it('begins in the middle of a batch', () => {
    const batch = { ...data(-1, 0, { plain: true }), lastOffset: 4, records: [0, 1, 2, 3, 4].map((offset) => record(offset)) };
    expect(offsets(committedRecords([batch], [], 3))).toEqual([3, 4]);
  });

  it('is the same whether the broker lists the aborted ones or their ends are looked at, for any interleaving that is decided', () => {
    const steps = fc.array(fc.record({ producer: fc.integer({ min: 1, max: 4 }), kind: fc.constantFrom('write', 'commit', 'abort', 'plain') }), { maxLength: 60 });
    fc.assert(fc.property(steps, (plan) => {
      const { batches, aborted } = history(plan as { producer: number; kind: 'write' | 'commit' | 'abort' | 'plain' }[]);
      expect(offsets(decidedRecords(batches, 0))).toEqual(offsets(committedRecords(batches, aborted, 0)));
    }));
  });

  it('does not see what nobody has decided yet, and is not held up by it', () => {
    const batches = [data(1, 0), data(2, 1), end(2, 2, 'committed'), data(1, 3)];
    expect(offsets(decidedRecords(batches, 0))).toEqual([1]);
  });
});

/** What stands in a partition after these steps; at the end all transactions are committed. */
function history(plan: readonly { producer: number; kind: 'write' | 'commit' | 'abort' | 'plain' }[]): { batches: RecordBatch[]; aborted: AbortedTransaction[] } {
  const batches: RecordBatch[] = [];
  const aborted: AbortedTransaction[] = [];
  const open = new Map<number, number>();
  const close = (producer: number, how: 'committed' | 'aborted') => {
    const firstOffset = open.get(producer);
    if (firstOffset === undefined) return;
    open.delete(producer);
    if (how === 'aborted') aborted.push({ producerId: producer, firstOffset });
    batches.push(end(producer, batches.length, how));
  };
  for (const { producer, kind } of plan) {
    if (kind === 'commit' || kind === 'abort') close(producer, kind === 'commit' ? 'committed' : 'aborted');
    else if (kind === 'plain') batches.push(data(-1, batches.length, { plain: true }));
    else {
      if (!open.has(producer)) open.set(producer, batches.length);
      batches.push(data(producer, batches.length));
    }
  }
  for (const producer of [...open.keys()]) close(producer, 'committed');
  return { batches, aborted };
}
