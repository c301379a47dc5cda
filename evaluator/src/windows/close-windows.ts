import type { AnalyticsStore } from '../store/analytics-store.ts';

/** A minute is closed this long after its end; rows that come later recompute it. */
export const WINDOW_GRACE_MS = 5_000;

/** Recomputes the windows of the given time range (receive time, ms) from the stored calls; repeats are not counted, a later run replaces an earlier one. */
export async function closeWindows(store: AnalyticsStore, fromMs: number, toMs: number): Promise<void> {
  await store.command(
    `INSERT INTO windows SELECT project, route, target, toStartOfMinute(received_at) AS minute, now64(3) AS computed_at,
       count(), countIf(error = 1), countIf(timeout = 1), countIf(empty = 1), countIf(truncated = 1), countIf(refusal = 1), countIf(loop = 1),
       sum(cost_usd), quantile(0.5)(duration_ms), quantile(0.95)(duration_ms)
     FROM calls FINAL
     WHERE received_at >= fromUnixTimestamp64Milli(${Math.trunc(fromMs)}) AND received_at < fromUnixTimestamp64Milli(${Math.trunc(toMs)})
     GROUP BY project, route, target, minute`,
  );
}
