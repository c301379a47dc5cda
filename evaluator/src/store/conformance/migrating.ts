import { describe, expect, it } from 'vitest';
import { checkStore } from '../check-store.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { callLine, type CreateStorePlace, insertCalls } from './store-place.ts';

export function describeMigrating(create: CreateStorePlace): void {
  describe('migrations', () => {
    it('make the tables once, and a store that answers the controller', async () => {
      const place = await create();
      const store = place.open();
      expect(await checkStore(store, Date.now())).toMatchObject({ kind: 'unwell', problem: { code: 'STORE_UNAVAILABLE', fix: expect.stringMatching(/\w/) } });
      expect(await migrate(store)).toEqual(readMigrations().map(({ name }) => name));
      expect(await migrate(store)).toEqual([]);
      expect(await checkStore(store, Date.now())).toEqual({ kind: 'well' });
      await store.close();
      await place.remove();
    });

    it('may be run by several at once', async () => {
      const place = await create();
      const stores = [place.open(), place.open(), place.open()] as const;
      await Promise.all(stores.map(migrate));
      for (const store of stores) expect(await migrate(store)).toEqual([]);
      await insertCalls(stores[0], callLine('a'));
      expect(await stores[1].query('SELECT span_id FROM calls FINAL')).toEqual([{ span_id: 'a' }]);
      for (const store of stores) await store.close();
      await place.remove();
    });

    it('lose nothing that is stored when they are repeated, as after a kill before they were recorded', async () => {
      const place = await create();
      const store = place.open();
      await migrate(store);
      await insertCalls(store, callLine('a', { input: 'kept' }));
      await store.command('TRUNCATE TABLE migrations');
      expect(await migrate(store)).toHaveLength(readMigrations().length);
      expect(await store.query('SELECT span_id, input FROM calls FINAL')).toEqual([{ span_id: 'a', input: 'kept' }]);
      await store.close();
      await place.remove();
    });
  });
}
