import { describe, expect, it } from 'vitest';
import type { LogRecord, StepHandler } from '../event-log.ts';
import { appendAll, bytes, type CreateStorage, proposal, PROPOSALS, readAll, SPANS, stepToTheEnd, text, texts, useLog } from './log-storage.ts';

const HOUR_MS = 3_600_000;

/** A fold that shows every record it has seen: a running text by the record's number modulo 3. */
function fold(entries: Map<string, string>, records: readonly LogRecord[]): void {
  for (const value of texts(records)) {
    const key = `third ${Number(value) % 3}`;
    entries.set(key, `${entries.get(key) ?? ''},${value}`);
  }
}

function folding(stored: ReadonlyMap<string, Uint8Array>): StepHandler {
  const entries = asTexts(stored);
  return ({ records }) => {
    fold(entries, records);
    return { outputs: [], state: new Map([...entries].map(([key, value]) => [key, bytes(value)])) };
  };
}

function asTexts(entries: ReadonlyMap<string, Uint8Array> | undefined): Map<string, string> {
  return new Map([...(entries ?? [])].map(([key, value]) => [key, text(value)]));
}

export function describeKeeping(create: CreateStorage): void {
  const under = useLog(create);

  describe('retention', () => {
    it('never deletes what a group of the topic has not read', async () => {
      await appendAll(under.log, [proposal(0), proposal(1), proposal(2)]);
      await stepToTheEnd(await under.log.acquire('fast', PROPOSALS, 0), () => ({ outputs: [] }));
      const slow = await under.log.acquire('slow', PROPOSALS, 0);
      await slow.step(() => ({ outputs: [] }), { maxRecords: 1 });
      under.storage.advance?.(30 * HOUR_MS);
      await under.log.retain();
      expect(texts(await readAll(under.log, PROPOSALS, 0)).slice(-2)).toEqual(['1', '2']);
      await slow.step(({ records }) => {
        expect(texts(records)).toEqual(['1', '2']);
        return { outputs: [] };
      });
    });

    it('never deletes the unread of a partition that a group has not acquired yet', async () => {
      await appendAll(under.log, [{ topic: SPANS, partition: 2, value: bytes('unread') }]);
      await under.log.acquire('slow', SPANS, 0);
      await stepToTheEnd(await under.log.acquire('fast', SPANS, 2), () => ({ outputs: [] }));
      under.storage.advance?.(30 * HOUR_MS);
      await under.log.retain();
      expect(texts(await readAll(under.log, SPANS, 2))).toEqual(['unread']);
    });

    it('keeps a checkpoint from which what is kept folds to the same state', async () => {
      let ownership = await under.log.acquire('folder', PROPOSALS, 0);
      const handler = folding(ownership.stored.entries);
      for (let number = 0; number < 120; number++) {
        await appendAll(under.log, [proposal(number)]);
        await ownership.step(handler);
        under.storage.advance?.(HOUR_MS / 2);
        if (number % 10 === 9) await under.log.retain();
      }
      ownership = await under.log.acquire('folder', PROPOSALS, 0);
      const checkpoint = await under.log.readCheckpoint('folder', PROPOSALS, 0);
      const entries = asTexts(checkpoint?.entries);
      fold(entries, await readAll(under.log, PROPOSALS, 0, checkpoint?.nextOffset ?? 0));
      expect(entries).toEqual(asTexts(ownership.stored.entries));
      if (under.storage.advance !== undefined) {
        expect(checkpoint, 'something was deleted, so there is a checkpoint').toBeDefined();
        const kept = await readAll(under.log, PROPOSALS, 0);
        const lead = kept.filter((record) => record.offset < (checkpoint?.nextOffset ?? 0));
        expect(lead.length, 'one record each 30 min, and 45 min before the checkpoint').toBeGreaterThanOrEqual(2);
        expect(kept.length, 'the records of 24 h, the lead, and little more').toBeLessThan(70);
        expect(kept.length).toBeGreaterThanOrEqual(48);
      }
    });

    it('has no checkpoint while nothing was deleted', async () => {
      await appendAll(under.log, [proposal(0)]);
      const ownership = await under.log.acquire('folder', PROPOSALS, 0);
      await ownership.step(folding(ownership.stored.entries));
      await under.log.retain();
      expect(await under.log.readCheckpoint('folder', PROPOSALS, 0)).toBeUndefined();
    });
  });
}
