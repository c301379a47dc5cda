import { describe, expect, it } from 'vitest';
import { callLine, type CreateStorePlace, insertCalls, useStore } from './store-place.ts';

const DAY_MS = 86_400_000;

export function describeKeeping(create: CreateStorePlace): void {
  describe('keeping', () => {
    const under = useStore(create);
    const aged = (spanId: string, days: number, startedAt?: number) => callLine(spanId, { received_at: Date.now() - days * DAY_MS, started_at: startedAt ?? Date.now() - days * DAY_MS, input: 'question', output: 'answer' });

    it('keeps content for 14 days and calls for 90, by the time of receipt also where the sender had no clock', async () => {
      await insertCalls(under.store, aged('day 0', 0), aged('day 13', 13), aged('day 17', 17), aged('day 89', 89), aged('day 93', 93), aged('no clock, day 0', 0, 0), aged('no clock, day 17', 17, 0), aged('no clock, day 93', 93, 0));
      await under.store.command('OPTIMIZE TABLE calls FINAL');
      const rows = await under.store.query<{ span_id: string; input: string; output: string }>('SELECT span_id, input, output FROM calls FINAL ORDER BY span_id');
      const [full, bare] = [{ input: 'question', output: 'answer' }, { input: '', output: '' }];
      expect(rows).toEqual([
        { span_id: 'day 0', ...full }, { span_id: 'day 13', ...full }, { span_id: 'day 17', ...bare }, { span_id: 'day 89', ...bare }, { span_id: 'no clock, day 0', ...full }, { span_id: 'no clock, day 17', ...bare },
      ]);
    });

    it('counts a call whose content is gone once, with its first receipt', async () => {
      const received_at = Date.now() - 20 * DAY_MS;
      const call = (at: number) => callLine('twice', { route: 'aged', received_at: at, started_at: received_at, input: 'question', error: 1 });
      await insertCalls(under.store, call(received_at + 1_000));
      await insertCalls(under.store, call(received_at));
      expect(await under.store.query("SELECT toUnixTimestamp64Milli(received_at) AS at, error FROM calls FINAL WHERE route = 'aged'")).toEqual([{ at: received_at, error: 1 }]);
    });

    it('keeps windows and decisions for 400 days', async () => {
      const at = (days: number) => Date.now() - days * DAY_MS;
      for (const days of [399, 440]) {
        await under.store.command(`INSERT INTO windows (project, route, minute, computed_at) SELECT 'p', '${days}', fromUnixTimestamp64Milli(${at(days)}), now64(3)`);
        await under.store.insertLines('decisions', Buffer.from(`{"project":"p","route":"${days}","decision_id":"d","at":${at(days)}}\n`));
      }
      for (const table of ['windows', 'decisions']) {
        await under.store.command(`OPTIMIZE TABLE ${table} FINAL`);
        expect(await under.store.query(`SELECT route FROM ${table} FINAL`)).toEqual([{ route: '399' }]);
      }
    });

    it('compresses text well and keeps small parts in one file', async () => {
      const columns = await under.store.query<{ name: string }>("SELECT name FROM system.columns WHERE database = currentDatabase() AND compression_codec LIKE '%ZSTD(3)%' ORDER BY name");
      expect(columns.map(({ name }) => name)).toEqual(['input', 'output', 'reasoning', 'text']);
      const parts = await under.store.query<{ part_type: string }>("SELECT DISTINCT part_type FROM system.parts WHERE database = currentDatabase() AND table = 'calls' AND active");
      expect(parts).toEqual([{ part_type: 'Compact' }]);
    });
  });
}
