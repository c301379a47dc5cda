import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendAll, bytes, CALLS, PROPOSALS, proposal, readAll, text, texts } from '../conformance/log-storage.ts';
import { openSqliteLog } from './sqlite-log.ts';
import { createTemporaryStorage, type TemporaryStorage } from './temporary-storage.ts';

let storage: TemporaryStorage;
beforeEach(async () => {
  storage = await createTemporaryStorage();
});
afterEach(() => storage.destroy());

/** A process that holds the data directory until it is killed. */
async function spawnHolder(directory: string): Promise<ChildProcess> {
  const module = new URL('./sqlite-log.ts', import.meta.url).href;
  const script = `const { openSqliteLog } = await import(${JSON.stringify(module)}); openSqliteLog({ directory: ${JSON.stringify(directory)}, exclusive: true }); console.log('holding'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('a data directory of one process', () => {
  it('names the process that has it, and is free the moment that process was killed', async () => {
    const holder = await spawnHolder(storage.directory);
    expect(() => openSqliteLog({ directory: storage.directory, exclusive: true })).toThrow(expect.objectContaining({ code: 'DATA_DIRECTORY_IN_USE', message: expect.stringContaining(`the process ${holder.pid}`) }));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await storage.open({ exclusive: true });
  });

  it('is free again after close', async () => {
    const first = await storage.open({ exclusive: true });
    expect(() => openSqliteLog({ directory: storage.directory, exclusive: true })).toThrow(/in use/);
    await first.close();
    await storage.open({ exclusive: true });
  });
});

describe('opening', () => {
  it('reads beside a writer without writing', async () => {
    const writer = await storage.open({ exclusive: true });
    await appendAll(writer, [proposal('a')]);
    const reader = await storage.open({ readOnly: true });
    await appendAll(writer, [proposal('b')]);
    expect(texts(await readAll(reader, PROPOSALS, 0))).toEqual(['a', 'b']);
    await expect(reader.append([proposal('c')])).rejects.toMatchObject({ code: 'LOG_READ_ONLY' });
    await expect(reader.acquire('reader', PROPOSALS, 0)).rejects.toMatchObject({ code: 'LOG_READ_ONLY' });
  });

  it('says that there is nothing to read', () => {
    expect(() => openSqliteLog({ directory: join(storage.directory, 'none'), readOnly: true })).toThrow(expect.objectContaining({ code: 'LOG_NOT_FOUND' }));
  });

  it('says that the file is damaged', () => {
    writeFileSync(join(storage.directory, 'log.db'), 'this is no database, but long enough to be looked at as one'.repeat(50));
    expect(() => openSqliteLog({ directory: storage.directory })).toThrow(expect.objectContaining({ code: 'LOG_CORRUPT', fix: expect.stringContaining('Move the file away') }));
  });

  it('says that the directory cannot be written', () => {
    writeFileSync(join(storage.directory, 'file'), '');
    expect(() => openSqliteLog({ directory: join(storage.directory, 'file') })).toThrow(expect.objectContaining({ code: 'LOG_NOT_WRITABLE' }));
    expect(() => openSqliteLog({ directory: join(storage.directory, 'file'), exclusive: true })).toThrow(expect.objectContaining({ code: 'LOG_NOT_WRITABLE' }));
  });

  it('does not touch a log of a newer version', async () => {
    await (await storage.open()).close();
    const database = new DatabaseSync(join(storage.directory, 'log.db'));
    database.exec('PRAGMA user_version = 3');
    database.close();
    expect(() => openSqliteLog({ directory: storage.directory })).toThrow(expect.objectContaining({ code: 'LOG_VERSION_UNKNOWN' }));
  });

  it('takes over a log of format 1, state and all', async () => {
    const change = async (entries: readonly [string, string][]) => {
      const log = await storage.open();
      const ownership = await log.acquire('reader', PROPOSALS, 0);
      await ownership.step(() => ({ outputs: [], state: new Map(entries.map(([key, value]) => [key, bytes(value)])) }), { allowEmpty: true });
      const changes = await log.readStateChanges('reader', PROPOSALS, 0, 0);
      await log.close();
      return [...(changes?.entries ?? [])].map(([key, value]) => [key, text(value)]);
    };
    await change([['a', 'old']]);
    const database = new DatabaseSync(join(storage.directory, 'log.db'));
    database.exec(`DROP INDEX state_entries_by_version; ALTER TABLE state_entries DROP COLUMN version;
      ALTER TABLE readers DROP COLUMN state_version; ALTER TABLE readers DROP COLUMN removal_version; PRAGMA user_version = 1`);
    database.close();
    expect(await change([['b', 'new']])).toEqual([['b', 'new']]);
    const log = await storage.open();
    expect([...((await log.readState('reader', PROPOSALS, 0))?.entries.keys() ?? [])].sort()).toEqual(['a', 'b']);
  });

  it('acknowledges nothing once its directory is gone, and goes on when it is back', async () => {
    const log = await storage.open();
    await appendAll(log, [proposal('a')]);
    const ownership = await log.acquire('reader', PROPOSALS, 0);
    const aside = `${storage.directory}-aside`;
    renameSync(storage.directory, aside);
    await expect(log.append([proposal('b')])).rejects.toMatchObject({ code: 'LOG_GONE', fix: expect.stringContaining('Put the data directory back') });
    await expect(ownership.step(() => ({ outputs: [] }))).rejects.toMatchObject({ code: 'LOG_GONE' });
    mkdirSync(storage.directory);
    writeFileSync(join(storage.directory, 'log.db'), 'another file');
    await expect(log.append([proposal('b')])).rejects.toMatchObject({ code: 'LOG_GONE' });
    rmSync(storage.directory, { recursive: true });
    renameSync(aside, storage.directory);
    expect(await log.append([proposal('c')])).toMatchObject({ kind: 'appended' });
    expect(texts(await readAll(log, PROPOSALS, 0))).toEqual(['a', 'c']);
  });

  it('says that another program has locked the file, when it is opened and when it is written', async () => {
    const log = await storage.open();
    const browser = new DatabaseSync(join(storage.directory, 'log.db'));
    browser.exec('BEGIN IMMEDIATE');
    await expect(log.append([proposal('a')])).rejects.toMatchObject({ code: 'LOG_BUSY', retryable: true });
    expect(() => openSqliteLog({ directory: storage.directory })).toThrow(expect.objectContaining({ code: 'LOG_BUSY' }));
    browser.close();
    expect(await log.append([proposal('b')])).toMatchObject({ kind: 'appended' });
    expect(texts(await readAll(log, PROPOSALS, 0))).toEqual(['b']);
  });

  it('refuses everything after close, which first commits what was asked for', async () => {
    const log = await storage.open();
    const appended = log.append([proposal('a')]);
    await log.close();
    expect(await appended).toMatchObject({ kind: 'appended' });
    await expect(log.append([proposal('b')])).rejects.toMatchObject({ code: 'LOG_CLOSED' });
    await expect(log.read(PROPOSALS, 0, 0)).rejects.toMatchObject({ code: 'LOG_CLOSED' });
    expect(texts(await readAll(await storage.open(), PROPOSALS, 0))).toEqual(['a']);
  });
});

describe('the time of a record', () => {
  it('never goes backwards: not when the clock is set back, not after a restart, not between two processes', async () => {
    const log = await storage.open();
    await appendAll(log, [proposal('before')]);
    storage.advance(-3_600_000);
    await appendAll(log, [proposal('after')]);
    await log.close();
    const again = await storage.open();
    await appendAll(again, [proposal('restarted')]);
    const ahead = await storage.open({ now: () => Date.now() + 60_000 });
    await appendAll(ahead, [proposal('ahead')]);
    await appendAll(again, [proposal('behind')]);
    const stampsMs = (await readAll(again, PROPOSALS, 0)).map((record) => record.appendedAtMs);
    expect(stampsMs).toHaveLength(5);
    expect(stampsMs).toEqual([...stampsMs].sort((a, b) => a - b));
  });
});

describe('a group of writes', () => {
  it('is not spoiled by a step that another owner has fenced', async () => {
    const log = await storage.open();
    await appendAll(log, [proposal('in')]);
    const fenced = await log.acquire('reader', PROPOSALS, 0);
    const step = fenced.step(async () => {
      await log.acquire('reader', PROPOSALS, 0);
      return { outputs: [{ topic: CALLS, partition: 0, value: bytes('from the fenced') }] };
    });
    const [outcome, append] = await Promise.all([step, log.append([{ topic: CALLS, partition: 0, value: bytes('beside it') }])]);
    expect([outcome.kind, append.kind]).toEqual(['fenced', 'appended']);
    expect(texts(await readAll(log, CALLS, 0))).toEqual(['beside it']);
  });

  it('refuses a second step while one is under way', async () => {
    const log = await storage.open();
    const ownership = await log.acquire('reader', PROPOSALS, 0);
    const first = ownership.step(() => ({ outputs: [] }), { allowEmpty: true });
    await expect(ownership.step(() => ({ outputs: [] }))).rejects.toMatchObject({ code: 'STEP_UNDER_WAY' });
    await first;
  });
});
