import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appendAll, bytes, CALLS, PROPOSALS, proposal, readAll, SPANS, stepToTheEnd, texts } from '../conformance/log-storage.ts';
import type { EventLog, NewRecord } from '../event-log.ts';
import { createTemporaryStorage, type TemporaryStorage } from './temporary-storage.ts';

const KIB = 1024;
const HOUR_MS = 3_600_000;
const large: NewRecord = { topic: SPANS, partition: 0, value: new Uint8Array(50 * KIB) };

let storage: TemporaryStorage;
beforeEach(async () => {
  storage = await createTemporaryStorage();
});
afterEach(() => storage.destroy());

async function appendUntilFull(log: EventLog): Promise<{ appended: number; reason: string; retryAfterMs: number }> {
  for (let appended = 0; appended < 1_000; appended++) {
    const outcome = await log.append([large]);
    if (outcome.kind === 'full') return { appended, reason: outcome.reason, retryAfterMs: outcome.retryAfterMs };
  }
  throw new Error('it was never full');
}

async function expectToGoOn(log: EventLog): Promise<void> {
  const reader = await log.acquire('reader', SPANS, 0);
  expect(await stepToTheEnd(reader, () => ({ outputs: [] }), 1)).toEqual({ kind: 'idle' });
  await vi.waitFor(async () => expect(await log.append([large])).toMatchObject({ kind: 'appended' }), { timeout: 8_000, interval: 100 });
}

describe('a full log', () => {
  it('refuses at its own limit, says what to do, and goes on by itself once the unread was read', async () => {
    const log = await storage.open({ limits: { refuseAtBytes: 2_000 * KIB } });
    await log.acquire('reader', SPANS, 0);
    const full = await appendUntilFull(log);
    expect(full.reason).toMatch(/holds \d+ MiB, its limit.*understudy status/);
    expect(full.retryAfterMs).toBeLessThanOrEqual(8_000);
    expect(await readAll(log, SPANS, 0)).toHaveLength(full.appended);
    await expectToGoOn(log);
  });

  it('takes no more from many who ask at the same time than from one after the other, so that steps keep their room', async () => {
    const log = await storage.open({ limits: { refuseAtBytes: 2_000 * KIB } });
    await log.acquire('reader', SPANS, 0);
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => log.append([large])));
    const appended = outcomes.filter(({ kind }) => kind === 'appended').length;
    expect(appended).toBeGreaterThan(10);
    expect(appended * 50).toBeLessThanOrEqual(2_000);
    const reader = await log.acquire('reader', SPANS, 0);
    expect(await stepToTheEnd(reader, () => ({ outputs: [proposal('read')] }), 1)).toEqual({ kind: 'idle' });
  });

  it('does the same when SQLite finds no page for it', async () => {
    const log = await storage.open({ limits: { maxPages: 250 } });
    await log.acquire('reader', SPANS, 0);
    const full = await appendUntilFull(log);
    expect(full.reason).toMatch(/Make room on the disk/);
    expect(await readAll(log, SPANS, 0)).toHaveLength(full.appended);
    await expectToGoOn(log);
  });

  it('refuses the one write that has no room, and commits the small one beside it', async () => {
    const log = await storage.open({ limits: { maxPages: 250 } });
    await appendUntilFull(log);
    const [tooLarge, small] = await Promise.all([log.append([large]), log.append([proposal('small')])]);
    expect([tooLarge.kind, small.kind]).toEqual(['full', 'appended']);
    expect(texts(await readAll(log, PROPOSALS, 0))).toEqual(['small']);
  });

  it('still lets steps write, since only they make room', async () => {
    const log = await storage.open({ limits: { refuseAtBytes: 2_000 * KIB } });
    await appendUntilFull(log);
    const reader = await log.acquire('reader', SPANS, 0);
    const outcome = await reader.step(({ records }) => ({ outputs: records.map(() => ({ topic: CALLS, value: new Uint8Array(5 * KIB) })) }), { maxRecords: 10 });
    expect(outcome).toMatchObject({ kind: 'committed', records: 10 });
  });

  it('refuses a step whose outputs have no room, and hands out its records again', async () => {
    const log = await storage.open({ limits: { refuseAtBytes: 2_000 * KIB } });
    await appendUntilFull(log);
    const reader = await log.acquire('reader', SPANS, 0);
    const outcome = await reader.step(() => ({ outputs: [{ topic: CALLS, value: new Uint8Array(1_000 * KIB) }], state: new Map([['key', bytes('value')]]) }), { maxRecords: 1 });
    expect(outcome).toMatchObject({ kind: 'full' });
    expect((await log.readState('reader', SPANS, 0))?.entries.size).toBe(0);
    await reader.step(({ records }) => {
      expect(records[0]?.offset).toBe(0);
      return { outputs: [] };
    });
  });
});

describe('retention in SQLite', () => {
  it('deletes what all have read above the byte limit, the oldest first', async () => {
    const log = await storage.open({ limits: { retainBytes: 2_000 * KIB } });
    const reader = await log.acquire('reader', SPANS, 0);
    for (let count = 0; count < 100; count++) {
      await appendAll(log, [large]);
      storage.advance(1_000);
    }
    await log.retain();
    expect(await readAll(log, SPANS, 0), 'nothing was read yet').toHaveLength(100);
    await stepToTheEnd(reader, () => ({ outputs: [] }));
    await log.retain();
    const kept = await readAll(log, SPANS, 0);
    expect(kept.length).toBeLessThan(40);
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.at(-1)?.offset).toBe(99);
  });

  it('uses deleted space again: the file stops growing', async () => {
    const sizes: number[] = [];
    for (let round = 0; round < 4; round++) {
      const log = await storage.open({ limits: { retainBytes: 1_000 * KIB } });
      const reader = await log.acquire('reader', SPANS, 0);
      for (let count = 0; count < 40; count++) await appendAll(log, [large]);
      await stepToTheEnd(reader, () => ({ outputs: [] }));
      await log.retain();
      await log.close();
      sizes.push(statSync(join(storage.directory, 'log.db')).size);
    }
    expect(sizes.at(-1)).toBeLessThan(1.5 * (sizes[0] ?? 0));
  });

  it('gives much free space back to the disk', async () => {
    const log = await storage.open({ limits: { retainBytes: 1_000 * KIB } });
    const reader = await log.acquire('reader', SPANS, 0);
    const megabyte = { ...large, value: new Uint8Array(1024 * KIB) };
    for (let count = 0; count < 100; count++) await appendAll(log, [megabyte]);
    await stepToTheEnd(reader, () => ({ outputs: [] }));
    await log.retain();
    await log.close();
    expect(statSync(join(storage.directory, 'log.db')).size).toBeLessThan(70 * 1024 * KIB);
  });

  it('keeps the newest override for ever and a bounded number of others, though no group reads them', async () => {
    const log = await storage.open({ limits: { maxUngroupedRecords: 5 } });
    for (let version = 0; version < 12; version++) await appendAll(log, [{ topic: 'llm.overrides', value: bytes(version) }]);
    await log.retain();
    expect(texts(await readAll(log, 'llm.overrides', 0))).toEqual(['7', '8', '9', '10', '11']);
    storage.advance(30 * HOUR_MS);
    await log.retain();
    expect(texts(await readAll(log, 'llm.overrides', 0))).toEqual(['11']);
  });

  it('deletes old dead letters, but nothing that a group could still come for', async () => {
    const log = await storage.open();
    await appendAll(log, [{ topic: 'llm.dead-letters', partition: 0, value: bytes('old') }, large]);
    storage.advance(30 * HOUR_MS);
    await appendAll(log, [{ topic: 'llm.dead-letters', partition: 0, value: bytes('new') }]);
    await log.retain();
    expect(texts(await readAll(log, 'llm.dead-letters', 0))).toEqual(['new']);
    expect(await readAll(log, SPANS, 0)).toHaveLength(1);
  });
});
