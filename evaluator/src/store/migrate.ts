import { readdirSync, readFileSync } from 'node:fs';
import { UnderstudyError } from '@understudy/contracts/problem';
import type { AnalyticsStore } from './analytics-store.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);

/** Brings the schema up to date: numbered files, forward only, each applied once. */
export async function migrate(store: AnalyticsStore): Promise<string[]> {
  try {
    return await applyPending(store);
  } catch (cause) {
    throw new UnderstudyError({
      code: 'STORE_UNAVAILABLE', message: `the tables of the analytics store cannot be made: ${cause instanceof Error ? cause.message.trim() : String(cause)}`,
      fix: 'Look at the free space of its disk (the folder clickhouse in the data directory), then start again; what was acknowledged waits in the event log.', retryable: true, cause,
    });
  }
}

async function applyPending(store: AnalyticsStore): Promise<string[]> {
  await store.command('CREATE TABLE IF NOT EXISTS migrations (name String, applied_at DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name');
  const applied = new Set((await store.query<{ name: string }>('SELECT DISTINCT name FROM migrations')).map((row) => row.name));
  const pending = readdirSync(FOLDER).filter((name) => name.endsWith('.sql') && !applied.has(name)).sort();
  for (const name of pending) {
    await store.command(readFileSync(new URL(name, FOLDER), 'utf8'));
    await store.command('INSERT INTO migrations (name) SELECT {name:String}', { name });
  }
  return pending;
}
