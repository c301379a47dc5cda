import type { AnalyticsStore } from '../store/analytics-store.ts';
import { WINDOW_COLUMNS } from './window-columns.ts';

/** A sender's clock may be off by so much before its time is set aside; the calls of a minute stand in these partitions. */
const CLOCK_ERROR_MS = 86_400_000;

/** Sums up the minutes in [fromMs, toMs) of receive time; repeats of a call are not counted, a later run replaces an earlier one. */
export async function sumUpMinutes(store: AnalyticsStore, fromMs: number, toMs: number): Promise<void> {
  await store.command(
    `INSERT INTO windows (project, route, target, minute, computed_at, ${WINDOW_COLUMNS.map(([column]) => column).join(', ')})
     SELECT project, route, target, toStartOfMinute(received_at) AS minute, now64(3) AS computed_at, ${WINDOW_COLUMNS.map(([, sql]) => sql).join(', ')}
     FROM calls FINAL
     WHERE received_at >= fromUnixTimestamp64Milli({from:Int64}) AND received_at < fromUnixTimestamp64Milli({to:Int64})
       AND (started_at >= fromUnixTimestamp64Milli({startedFrom:Int64}) OR started_at = fromUnixTimestamp64Milli(0))
     GROUP BY project, route, target, minute`,
    { from: Math.trunc(fromMs), to: Math.trunc(toMs), startedFrom: Math.trunc(fromMs - CLOCK_ERROR_MS) },
  );
}
