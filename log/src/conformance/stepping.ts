import { describe, expect, it } from 'vitest';
import type { EventLog, StepResult } from '../event-log.ts';
import { appendAll, bytes, CALLS, type CreateStorage, expectLag, proposal, PROPOSALS, readTopic, text, texts, useLog } from './log-storage.ts';

async function storedEntries(log: EventLog): Promise<[string, string][]> {
  const stored = await log.readState('reader', PROPOSALS, 0);
  return [...(stored?.entries ?? [])].map(([key, value]): [string, string] => [key, text(value)]).sort();
}

export function describeStepping(create: CreateStorage): void {
  const under = useLog(create);

  describe('a step', () => {
    it('commits the offset, the outputs and the state together', async () => {
      await appendAll(under.log, [proposal('a'), proposal('b'), proposal('c')]);
      const ownership = await under.log.acquire('reader', PROPOSALS, 0);
      const outcome = await ownership.step(
        ({ records }) => ({ outputs: texts(records).map((value) => ({ topic: CALLS, key: value, value: bytes(value) })), state: new Map([['seen', bytes(records.length)]]) }),
        { maxRecords: 2 },
      );
      expect(outcome).toMatchObject({ kind: 'committed', records: 2 });
      expect(texts(await readTopic(under.log, CALLS)).sort()).toEqual(['a', 'b']);
      expect(await storedEntries(under.log)).toEqual([['seen', '2']]);
      await expectLag(under.log, 'reader', PROPOSALS, 1);
    });

    it('commits nothing when the handler fails, and hands out the same records again', async () => {
      await appendAll(under.log, [proposal('a')]);
      const ownership = await under.log.acquire('reader', PROPOSALS, 0);
      await expect(ownership.step(() => Promise.reject(new Error('the handler failed')))).rejects.toThrow('the handler failed');
      await expectLag(under.log, 'reader', PROPOSALS, 1);
      let again: string[] = [];
      await ownership.step(({ records }) => {
        again = texts(records);
        return { outputs: [] };
      });
      expect(again).toEqual(['a']);
    });

    it('commits nothing when one of its outputs cannot be written', async () => {
      await appendAll(under.log, [proposal('a')]);
      const ownership = await under.log.acquire('reader', PROPOSALS, 0);
      const bad: StepResult = { outputs: [{ topic: CALLS, value: bytes('good') }, { topic: CALLS, partition: 99, value: bytes('bad') }], state: new Map([['key', bytes('value')]]) };
      await expect(ownership.step(() => bad)).rejects.toThrow(/partition 99/);
      expect(await readTopic(under.log, CALLS)).toEqual([]);
      expect(await storedEntries(under.log)).toEqual([]);
      await expectLag(under.log, 'reader', PROPOSALS, 1);
    });

  });
}

export function describeStepsInARow(create: CreateStorage): void {
  const under = useLog(create);

  describe('steps in a row', () => {
    it('change and remove state by key; what is not named stays', async () => {
      const ownership = await under.log.acquire('reader', PROPOSALS, 0);
      const change = (state: StepResult['state']) => ownership.step(() => ({ outputs: [], state }), { allowEmpty: true });
      await change(new Map([['a', bytes(1)], ['b', bytes(2)], ['c', bytes(3)]]));
      await change(new Map([['a', bytes(10)], ['b', undefined], ['never there', undefined]]));
      expect(await storedEntries(under.log)).toEqual([['a', '10'], ['c', '3']]);
    });

    it('tell a follower what changed since a version, and everything once something is gone', async () => {
      const ownership = await under.log.acquire('reader', PROPOSALS, 0);
      const change = (state: StepResult['state']) => ownership.step(() => ({ outputs: [], state }), { allowEmpty: true });
      const since = async (version?: number) => {
        const changes = await under.log.readStateChanges('reader', PROPOSALS, 0, version);
        return { whole: changes?.whole, version: changes?.version ?? -1, entries: [...(changes?.entries ?? [])].map(([key, value]) => [key, text(value)]).sort() };
      };
      await change(new Map([['a', bytes(1)], ['b', bytes(2)]]));
      const first = await since();
      expect(first).toMatchObject({ whole: true, entries: [['a', '1'], ['b', '2']] });
      expect(await since(first.version)).toEqual({ whole: false, version: first.version, entries: [] });
      await change(new Map([['b', bytes(3)], ['c', bytes(4)], ['never there', undefined]]));
      const second = await since(first.version);
      expect(second).toMatchObject({ whole: false, entries: [['b', '3'], ['c', '4']] });
      await change(new Map([['a', undefined], ['c', bytes(5)]]));
      const third = await since(second.version);
      expect(third).toMatchObject({ whole: true, entries: [['b', '3'], ['c', '5']] });
      expect(await since(third.version)).toMatchObject({ whole: false, entries: [] });
      expect(await under.log.readStateChanges('nobody', PROPOSALS, 0)).toBeUndefined();
    });

    it('keep entries apart whatever their keys hold', async () => {
      const keys = ['a', 'a\u0000b', 'a\u0000c', '\u0000', '\u0001', '\u0001"a"', '', '\ud800', '\ud801', '\ufffd', 'ünïcödé 🚃'];
      const ownership = await under.log.acquire('reader', PROPOSALS, 0);
      const change = (value: (key: string) => Uint8Array | undefined) => ownership.step(() => ({ outputs: [], state: new Map(keys.map((key) => [key, value(key)])) }), { allowEmpty: true });
      await change((key) => bytes(JSON.stringify(key)));
      expect(await storedEntries(under.log)).toEqual(keys.map((key): [string, string] => [key, JSON.stringify(key)]).sort());
      await change((key) => (key === 'a' ? bytes('kept') : undefined));
      expect(await storedEntries(under.log)).toEqual([['a', 'kept']]);
    });

    it('are idle without records, unless they are driven by time', async () => {
      const ownership = await under.log.acquire('reader', PROPOSALS, 0);
      expect(await ownership.step(() => ({ outputs: [] }))).toEqual({ kind: 'idle' });
      expect(await ownership.step(() => ({ outputs: [] }), { allowEmpty: true }), 'with nothing to write').toEqual({ kind: 'idle' });
      expect(await ownership.step(({ nowMs }) => ({ outputs: [proposal(nowMs)] }), { allowEmpty: true })).toMatchObject({ kind: 'committed', records: 0 });
      await expectLag(under.log, 'reader', PROPOSALS, 1);
    });

    it('never have a time before that of its records', async () => {
      await appendAll(under.log, [proposal('a')]);
      const ownership = await under.log.acquire('reader', PROPOSALS, 0);
      await ownership.step(({ nowMs, records }) => {
        expect(nowMs).toBeGreaterThanOrEqual(records[0]?.appendedAtMs ?? Number.POSITIVE_INFINITY);
        return { outputs: [] };
      });
    });

    it('go on from the last commit after the log was closed and opened', async () => {
      await appendAll(under.log, [proposal('a'), proposal('b'), proposal('c')]);
      const before = await under.log.acquire('reader', PROPOSALS, 0);
      await before.step(() => ({ outputs: [], state: new Map([['key', bytes('value')]]) }), { maxRecords: 2 });
      await under.log.close();
      under.log = await under.storage.open();
      const after = await under.log.acquire('reader', PROPOSALS, 0);
      expect([...after.stored.entries].map(([key, value]) => [key, text(value)])).toEqual([['key', 'value']]);
      await after.step(({ records }) => {
        expect(texts(records)).toEqual(['c']);
        return { outputs: [] };
      });
    });
  });
}
