import { describe, expect, it, vi } from 'vitest';
import { appendAll, bytes, CALLS, type CreateStorage, expectLag, proposal, PROPOSALS, readAll, SPANS, texts, useLog } from './log-storage.ts';

export function describeReading(create: CreateStorage): void {
  const under = useLog(create);

  describe('reading', () => {
    it('stops at the limits, but never before the first record', async () => {
      await appendAll(under.log, Array.from({ length: 10 }, (_, number) => proposal(`record ${number}`)));
      expect((await under.log.read(PROPOSALS, 0, 0, { maxRecords: 3 })).records).toHaveLength(3);
      expect((await under.log.read(PROPOSALS, 0, 0, { maxBytes: 20 })).records).toHaveLength(2);
      expect((await under.log.read(PROPOSALS, 0, 0, { maxBytes: 1 })).records).toHaveLength(1);
    });

    it('says where the partition ends', async () => {
      const offsets = await appendAll(under.log, [proposal('one'), proposal('two')]);
      const { endOffset, records } = await under.log.read(PROPOSALS, 0, 0);
      expect(endOffset).toBeGreaterThan(offsets.at(-1) ?? 0);
      expect((await under.log.read(PROPOSALS, 0, endOffset)).records).toEqual([]);
      expect(texts(records)).toEqual(['one', 'two']);
    });

    it('gives back the key of a record, whatever it holds', async () => {
      const keys = ['a', 'a\u0000b', '\u0001', '', '\ud800', 'ünïcödé 🚃', undefined];
      await appendAll(under.log, keys.map((key) => ({ topic: PROPOSALS, partition: 0, value: bytes('x'), ...(key === undefined ? {} : { key }) })));
      expect((await readAll(under.log, PROPOSALS, 0)).map(({ key }) => key)).toEqual(keys);
    });

    it('finds the first record at or after a time', async () => {
      for (let number = 0; number < 12; number++) {
        await appendAll(under.log, [proposal(number)]);
        if (number % 3 === 2) under.storage.advance?.(1_000);
      }
      const records = await readAll(under.log, PROPOSALS, 0);
      for (const { appendedAtMs } of records) {
        const offset = await under.log.offsetAt(PROPOSALS, 0, appendedAtMs);
        expect(offset).toBe(records.find((record) => record.appendedAtMs >= appendedAtMs)?.offset);
      }
      const { endOffset } = await under.log.read(PROPOSALS, 0, 0);
      expect(await under.log.offsetAt(PROPOSALS, 0, (records.at(-1)?.appendedAtMs ?? 0) + 3_600_000)).toBe(endOffset);
    });
  });

  describe('waking', () => {
    it('wakes for appends and for outputs of steps, of this process and of another', async () => {
      const other = await under.storage.open();
      const woken = vi.fn();
      under.log.onAppend(CALLS, woken);
      await appendAll(other, [proposal('in')]);
      const ownership = await other.acquire('reader', PROPOSALS, 0);
      await ownership.step(() => ({ outputs: [{ topic: CALLS, value: bytes('out') }] }));
      await vi.waitFor(() => expect(woken).toHaveBeenCalled(), { timeout: 5_000 });
      woken.mockClear();
      await appendAll(under.log, [{ topic: CALLS, value: bytes('own') }]);
      await vi.waitFor(() => expect(woken).toHaveBeenCalled(), { timeout: 5_000 });
    });

    it('wakes nobody who has unsubscribed', async () => {
      const woken = vi.fn();
      const unsubscribe = under.log.onAppend(CALLS, woken);
      const stays = vi.fn();
      under.log.onAppend(CALLS, stays);
      unsubscribe();
      await appendAll(under.log, [{ topic: CALLS, value: bytes('record') }]);
      await vi.waitFor(() => expect(stays).toHaveBeenCalled(), { timeout: 5_000 });
      expect(woken).not.toHaveBeenCalled();
    });
  });
}

export function describeGroupsReading(create: CreateStorage): void {
  const under = useLog(create);

  describe('reading in a group', () => {
    it('tells where a group goes on', async () => {
      const offsets = await appendAll(under.log, [proposal('one'), proposal('two')]);
      expect(await under.log.readPosition('reader', PROPOSALS, 0)).toBeUndefined();
      const ownership = await under.log.acquire('reader', PROPOSALS, 0);
      await ownership.step(() => ({ outputs: [] }), { maxRecords: 1 });
      const position = (await under.log.readPosition('reader', PROPOSALS, 0)) ?? 0;
      expect(position).toBeGreaterThan(offsets[0] ?? 0);
      expect(texts((await under.log.read(PROPOSALS, 0, position)).records)).toEqual(['two']);
    });

    it('counts what a group has not read', async () => {
      await appendAll(under.log, Array.from({ length: 10 }, (_, number) => ({ topic: SPANS, key: `key ${number}`, value: bytes(number) })));
      await expectLag(under.log, 'reader', SPANS, 10);
      const ownership = await under.log.acquire('reader', SPANS, 0);
      const unread = (await readAll(under.log, SPANS, 0)).length;
      await ownership.step(() => ({ outputs: [] }));
      await expectLag(under.log, 'reader', SPANS, 10 - unread);
      await expectLag(under.log, 'another', SPANS, 10);
    });
  });
}
