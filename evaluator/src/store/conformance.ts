import { describe } from 'vitest';
import { describeAsking } from './conformance/asking.ts';
import { describeInserting } from './conformance/inserting.ts';
import { describeKeeping } from './conformance/keeping.ts';
import { describeMigrating } from './conformance/migrating.ts';
import type { CreateStorePlace } from './conformance/store-place.ts';
import { describeSummingUp } from './conformance/summing-up.ts';

/** What every implementation of the port must do; nothing here knows one of them. */
export function describeAnalyticsStore(name: string, create: CreateStorePlace): void {
  describe(`the analytics store on ${name}`, () => {
    describeMigrating(create);
    describeInserting(create);
    describeAsking(create);
    describeKeeping(create);
    describeSummingUp(create);
  });
}
