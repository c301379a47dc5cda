import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChdbStore } from './chdb-store.ts';
import { describeAnalyticsStore } from './conformance.ts';

describeAnalyticsStore('ClickHouse in process', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-store-'));
  return {
    open: (bounds) => openChdbStore(directory, bounds),
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
});
