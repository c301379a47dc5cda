import { afterAll, beforeAll } from 'vitest';
import type { AnalyticsStore } from '../analytics-store.ts';
import { migrate } from '../migrate.ts';
import type { QueryBounds } from '../query-bounds.ts';

/** A database that nobody else uses, empty at first. */
export interface StorePlace {
  open(bounds?: Partial<QueryBounds>): AnalyticsStore;
  /** After every store of it is closed. */
  remove(): Promise<void>;
}

export type CreateStorePlace = () => Promise<StorePlace>;

/** A migrated store for the tests of one block, and its place. */
export function useStore(create: CreateStorePlace, bounds?: Partial<QueryBounds>): { readonly store: AnalyticsStore } {
  let place: StorePlace;
  let store: AnalyticsStore;
  beforeAll(async () => {
    place = await create();
    store = place.open(bounds);
    await migrate(store);
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });
  return {
    get store() {
      return store;
    },
  };
}

/** The line of a call, of today unless `values` says otherwise: the store keeps none for ever. */
export function callLine(spanId: string, values: object = {}): string {
  const now = Date.now();
  return `${JSON.stringify({ project: 'p', route: 'r', target: 't', trace_id: '1', span_id: spanId, received_at: now, started_at: now, duration_ms: 1, ...values })}\n`;
}

export async function insertCalls(store: AnalyticsStore, ...lines: string[]): Promise<void> {
  await store.insertLines('calls', Buffer.from(lines.join('')));
}
