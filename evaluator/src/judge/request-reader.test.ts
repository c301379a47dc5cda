import type { LogRecord, ReadResult } from '@understudy/log/event-log';
import { describe, expect, it } from 'vitest';
import { RequestReader } from './request-reader.ts';
import { drawn } from './test-support/desk-harness.ts';

/** Offsets with gaps, as transactions of Kafka leave them. */
const records: LogRecord[] = Array.from({ length: 100 }, (_, index) => ({
  offset: 2 * index, key: 'default', appendedAtMs: 0, value: Buffer.from(JSON.stringify({ v: 1, project: 'default', atMs: 0, requests: [drawn({ input: `question ${index}` })] })),
}));
const END = 200;

function log(shown = END, first = 0) {
  const read = async (_topic: unknown, _partition: number, from: number, limits: { maxRecords?: number } = {}): Promise<ReadResult> => ({
    records: records.filter(({ offset }) => offset >= Math.max(from, first) && offset < shown).slice(0, limits.maxRecords), firstOffset: first, endOffset: shown,
  });
  return { read };
}

async function all(reader: RequestReader): Promise<number[]> {
  const offsets: number[] = [];
  for (let head = await reader.head(0); head !== undefined; head = await reader.head(0)) {
    offsets.push(head.offset);
    reader.dropHead();
  }
  return offsets;
}

describe('the drawn calls', () => {
  it('come once each and in order, from what steps were handed and from the log when that was too much', async () => {
    const reader = new RequestReader(log(), 0, 0);
    for (let from = 0; from < 100; from += 10) reader.offer(records.slice(from, from + 10));
    expect(await all(reader)).toEqual(records.map(({ offset }) => offset));
  });

  it('go on at the cursor after a restart, up to what was committed', async () => {
    const reader = new RequestReader(log(), 40, 101);
    expect(await all(reader)).toEqual(records.slice(20, 51).map(({ offset }) => offset));
    reader.offer(records.slice(51, 53));
    expect(await all(reader)).toEqual([102, 104]);
  });

  it('are found again by their place, and are gone when the log no longer has them', async () => {
    expect((await new RequestReader(log(), END, END).at(0, 84, 0))?.request.input).toBe('question 42');
    expect(await new RequestReader(log(END, 90), END, END).at(0, 84, 0)).toBeUndefined();
  });

  it('are waited for while the log does not show as far as was committed', async () => {
    const behind = log(40);
    await expect(all(new RequestReader(behind, 20, 101))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true });
    await expect(new RequestReader(behind, END, END).at(0, 84, 0)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  });
});
