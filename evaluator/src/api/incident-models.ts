import type { AnsweringModel } from '@understudy/contracts/incident-report';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { OF_TARGET, parametersOf, SETTINGS, STARTED, type Stretch } from './incident-calls.ts';

const MOST_MODELS = 10;

/**
 * By which models, as the provider itself named them, the target's calls were answered before `beganAtMs` and since. A provider that puts another model or another
 * snapshot behind the same name says so only here; it says that something changed, not that it is worse.
 */
export async function readModels(store: AnalyticsStore, stretch: Stretch, beganAtMs: number): Promise<AnsweringModel[]> {
  const rows = await store.query<{ model: string; before: string; since: string }>(
    `SELECT response_model AS model, countIf(received_at < fromUnixTimestamp64Milli({began:Int64})) AS before, countIf(received_at >= fromUnixTimestamp64Milli({began:Int64})) AS since
     FROM calls FINAL WHERE ${OF_TARGET} AND ${STARTED} AND response_model != '' GROUP BY model ORDER BY since DESC, before DESC, model LIMIT ${MOST_MODELS} ${SETTINGS}`,
    { ...parametersOf(stretch), began: Math.trunc(beganAtMs) },
  );
  return rows.map(({ model, before, since }) => ({ model, callsBefore: Number(before), callsSince: Number(since) }));
}
