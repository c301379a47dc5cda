import type { StepHandler } from '@understudy/log/event-log';
import type { AnalyticsStore } from '../store/analytics-store.ts';

/** The archive role: inserts the lines of a batch as they are. At least once; the table's key makes a repeat replace itself. */
export function archiveStep(store: AnalyticsStore, table: 'calls' | 'decisions'): StepHandler {
  return async ({ records }) => {
    if (records.length > 0) await store.insertLines(table, Buffer.concat(records.map((record) => record.value)));
    return { outputs: [] };
  };
}
