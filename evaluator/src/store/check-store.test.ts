import { expect, it } from 'vitest';
import type { AnalyticsStore } from './analytics-store.ts';
import { checkStore } from './check-store.ts';

it('finds a store unwell that does not answer in time', async () => {
  const silent: AnalyticsStore = { query: () => new Promise(() => {}), insertLines: async () => {}, command: async () => {}, place: { prepare: async () => {} }, close: async () => {} };
  expect(await checkStore(silent, Date.now(), 10)).toMatchObject({ kind: 'unwell', problem: { code: 'STORE_UNAVAILABLE', retryable: true, message: expect.stringContaining('within 10 ms') } });
});
