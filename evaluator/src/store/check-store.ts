import { UnderstudyError } from '@understudy/contracts/problem';
import { readBaseline } from '../baselines/read-baseline.ts';
import { type AnalyticsStore, STORE_UNAVAILABLE } from './analytics-store.ts';

export type StoreHealth = { readonly kind: 'well' } | { readonly kind: 'unwell'; readonly problem: UnderstudyError };

/** A route that no sender can have: the key prunes everything, so that asking costs the same on a full table. */
const NOBODY = { project: '', route: '', target: '' };

/**
 * Asks what the controller asks (a baseline, the last closed minute), so that a store that answers pings but not the queries that decisions need is found out.
 * Never throws.
 */
export async function checkStore(store: AnalyticsStore, nowMs: number, deadlineMs = 2_000): Promise<StoreHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UnderstudyError({
      code: STORE_UNAVAILABLE, message: `the analytics store did not answer the controller's query within ${deadlineMs} ms`,
      fix: 'Look at the load of ClickHouse (CLICKHOUSE_URL names the server, when there is one); detection goes on without it.', retryable: true,
    })), deadlineMs);
  });
  try {
    await Promise.race([askAsController(store, nowMs), late]);
    return { kind: 'well' };
  } catch (error) {
    return { kind: 'unwell', problem: error instanceof UnderstudyError ? error : new UnderstudyError({ code: STORE_UNAVAILABLE, message: String(error), fix: 'Look at the messages on standard error.', retryable: true, cause: error }) };
  } finally {
    clearTimeout(timer);
  }
}

async function askAsController(store: AnalyticsStore, nowMs: number): Promise<void> {
  await readBaseline(store, { ...NOBODY, nowMs });
  await store.query('SELECT max(minute) AS last FROM windows WHERE minute >= fromUnixTimestamp64Milli({since:Int64})', { since: Math.trunc(nowMs) - 86_400_000 });
}
