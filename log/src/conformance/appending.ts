import { partitionOf } from '@understudy/contracts/topics';
import { describe, expect, it } from 'vitest';
import { appendAll, bytes, type CreateStorage, EVIDENCE, proposal, PROPOSALS, readAll, readTopic, SPANS, texts, useLog } from './log-storage.ts';

export function describeAppending(create: CreateStorage): void {
  const under = useLog(create);

  describe('appending', () => {
    it('keeps the records of a key in order, in the partition that every implementation and language computes', async () => {
      for (let number = 0; number < 60; number++) await appendAll(under.log, [{ topic: EVIDENCE, key: `route-${number % 5}`, value: bytes(number) }]);
      for (let route = 0; route < 5; route++) {
        const key = `route-${route}`;
        const records = await readAll(under.log, EVIDENCE, partitionOf(key, under.log.partitionCount(EVIDENCE)));
        const numbers = texts(records.filter((record) => record.key === key)).map(Number);
        expect(numbers).toEqual(Array.from({ length: 12 }, (_, index) => index * 5 + route));
      }
    });

    it('spreads records without a key over all partitions', async () => {
      for (let number = 0; number < 8; number++) await appendAll(under.log, [{ topic: SPANS, value: bytes(number) }]);
      for (let partition = 0; partition < 4; partition++) expect(await readAll(under.log, SPANS, partition)).toHaveLength(2);
    });

    it('writes to the partition that is named', async () => {
      await appendAll(under.log, [{ topic: SPANS, partition: 3, key: 'any', value: bytes('here') }]);
      expect(texts(await readAll(under.log, SPANS, 3))).toEqual(['here']);
    });

    it('writes nothing of a batch that has one bad record', async () => {
      const bad = { topic: SPANS, partition: 99, value: bytes('bad') };
      await expect(under.log.append([{ topic: SPANS, partition: 0, value: bytes('good') }, bad])).rejects.toThrow(/partition 99/);
      expect(await readTopic(under.log, SPANS)).toEqual([]);
    });

    it('gives rising offsets, and all records of many appends at once their place', async () => {
      const outcomes = await Promise.all(Array.from({ length: 50 }, (_, number) => appendAll(under.log, [proposal(number), proposal(`${number}+`)])));
      const offsets = outcomes.flat();
      expect(offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? -1))).toBe(true);
      const records = await readAll(under.log, PROPOSALS, 0);
      expect(records.map((record) => record.offset)).toEqual(offsets);
      expect(texts(records)).toEqual(Array.from({ length: 50 }, (_, number) => [`${number}`, `${number}+`]).flat());
    });

    it('gives back keys and bytes as they were, empty ones too', async () => {
      const value = Uint8Array.from({ length: 256 }, (_, index) => index);
      await appendAll(under.log, [{ topic: PROPOSALS, key: 'ключ/Ω', value }, { topic: PROPOSALS, value: new Uint8Array() }]);
      const [first, second] = await readAll(under.log, PROPOSALS, 0);
      expect([first?.key, [...(first?.value ?? [])]]).toEqual(['ключ/Ω', [...value]]);
      expect([second?.key, second?.value.byteLength]).toEqual([undefined, 0]);
    });

    it('still has everything after it was closed and opened', async () => {
      await appendAll(under.log, [proposal('one'), proposal('two')]);
      await under.log.close();
      expect(texts(await readAll(await under.storage.open(), PROPOSALS, 0))).toEqual(['one', 'two']);
    });
  });
}
