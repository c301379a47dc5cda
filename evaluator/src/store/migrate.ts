import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { UnderstudyError } from '@understudy/contracts/problem';
import { type AnalyticsStore, STORE_UNAVAILABLE } from './analytics-store.ts';
import { onCluster, statementsOf } from './migration-text.ts';
import { clickHouseCode } from './refused-rows.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);
const APPLIED = 'CREATE TABLE IF NOT EXISTS migrations (name String, applied_at DateTime64(3) DEFAULT now64(3)) ENGINE = MergeTree ORDER BY name';
/** Another evaluator changes the same tables just now: UNFINISHED, DEADLOCK_AVOIDED, CANNOT_ASSIGN_ALTER. */
const AT_THE_SAME_TIME: ReadonlySet<string> = new Set(['341', '473', '517']);
const MOST_ATTEMPTS = 5;
const PAUSE_MS = 500;

/**
 * Brings the schema up to date: numbered files, forward only, each recorded once it is applied. Several evaluators may start at once: every statement can be
 * repeated.
 */
export async function migrate(store: AnalyticsStore): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyPending(store);
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !isAtTheSameTime(error)) throw explain(error);
      await pause(attempt * PAUSE_MS);
    }
  }
}

/** The migrations, oldest first. */
export function readMigrations(): { name: string; statements: string[] }[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.sql')).sort();
  return names.map((name) => ({ name, statements: statementsOf(readFileSync(new URL(name, FOLDER), 'utf8')) }));
}

async function applyPending(store: AnalyticsStore): Promise<string[]> {
  const { cluster } = store.place;
  const apply = (statement: string) => store.command(cluster === undefined ? statement : onCluster(statement, cluster));
  await store.place.prepare();
  await apply(APPLIED);
  const applied = new Set((await store.query<{ name: string }>('SELECT DISTINCT name FROM migrations')).map((row) => row.name));
  const pending = readMigrations().filter(({ name }) => !applied.has(name));
  for (const { name, statements } of pending) {
    for (const statement of statements) await apply(statement);
    await store.command('INSERT INTO migrations (name) SELECT {name:String}', { name });
  }
  return pending.map(({ name }) => name);
}

function isAtTheSameTime(error: unknown): boolean {
  const code = error instanceof Error ? clickHouseCode(error.cause) : undefined;
  return code !== undefined && AT_THE_SAME_TIME.has(code);
}

function explain(cause: unknown): UnderstudyError {
  if (cause instanceof UnderstudyError && cause.code !== STORE_UNAVAILABLE) return cause;
  const message = `the tables of the analytics store cannot be made: ${cause instanceof Error ? cause.message.trim() : String(cause)}`;
  // What the store says of its own trouble is nearer to it.
  const fix = cause instanceof UnderstudyError ? cause.fix : 'Look at the free space of its disk, then start again; what was acknowledged waits in the event log.';
  return new UnderstudyError({ code: STORE_UNAVAILABLE, message, fix, retryable: true, cause });
}
