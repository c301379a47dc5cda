import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { callLine, type CreateStorePlace, insertCalls, useStore } from './store-place.ts';

const HOSTILE: Readonly<Record<string, string>> = {
  quotes: `'"\`\\''; DROP TABLE calls; --`, 'an error that a test of ClickHouse would expect': 'SELECT 1; -- { serverError 42 }', 'a format of its own': '\nFORMAT CSV\n1,2', 'line ends': 'a\r\n\n\nb\u2028c',
  'a zero character': 'a\u0000b', tabs: '\t\\N\\t', 'what a parameter looks like': '{project:String}', 'other scripts': 'ünïcödé 🚃 مرحبا', nothing: '', 'a megabyte': 'x'.repeat(1024 * 1024),
};
const NO_ROWS: Readonly<Record<string, string>> = {
  'no JSON': 'secret nothing\n', 'a list': '["secret"]\n', 'a number that its column cannot hold': '{"span_id":"secret","attempt":-1}\n', 'a text in place of a number': '{"duration_ms":"secret"}\n',
  'bytes that are no text': '\u0000\u0001secret\n', 'an end in the middle': '{"project":"secret"', 'an empty line': '\n{"project":"secret"}\n',
};

export function describeInserting(create: CreateStorePlace): void {
  describe('inserting', () => {
    const under = useStore(create);
    const spanIds = async () => (await under.store.query<{ span_id: string }>('SELECT span_id FROM calls FINAL ORDER BY span_id')).map((row) => row.span_id);
    beforeEach(() => under.store.command('TRUNCATE TABLE calls'));

    it('stores what it answered for, at once, and nothing of nothing', async () => {
      await insertCalls(under.store, callLine('a'), callLine('b'));
      expect(await spanIds()).toEqual(['a', 'b']);
      await under.store.insertLines('calls', new Uint8Array());
      await under.store.insertLines('decisions', Buffer.from(`{"project":"p","decision_id":"d","at":${Date.now()}}\n`));
      expect(await under.store.query('SELECT decision_id FROM decisions FINAL')).toEqual([{ decision_id: 'd' }]);
    });

    it('counts a repeat once, with the earliest time of receipt, in whatever order they come', async () => {
      const [first, later] = [Date.now() - 5_000, Date.now()];
      const started_at = first - 1_000;
      for (const order of [[first, later, later], [later, first, later]]) {
        await under.store.command('TRUNCATE TABLE calls');
        for (const received_at of order) await insertCalls(under.store, callLine('a', { received_at, started_at }));
        expect(await under.store.query('SELECT toUnixTimestamp64Milli(received_at) AS at FROM calls FINAL')).toEqual([{ at: first }]);
      }
    });

    it('counts what several insert at once as once', async () => {
      const started_at = Date.now();
      await Promise.all(Array.from({ length: 6 }, () => insertCalls(under.store, callLine('a', { started_at }), callLine('b', { started_at }))));
      expect(await spanIds()).toEqual(['a', 'b']);
    });

    it.each(Object.entries(HOSTILE))('keeps a text with %s as it is, beside others', async (_, text) => {
      await insertCalls(under.store, callLine('a'), callLine('b', { input: text, conversation_id: text.slice(0, 1_000) }), callLine('c'));
      const [row] = await under.store.query<{ input: string; conversation_id: string }>("SELECT input, conversation_id FROM calls FINAL WHERE span_id = 'b'");
      expect(row?.input === text, 'the text is the same').toBe(true);
      expect(row?.conversation_id).toBe(text.slice(0, 1_000));
      expect(await spanIds()).toEqual(['a', 'b', 'c']);
    });

    it('keeps a row whose text was cut inside a character', async () => {
      await insertCalls(under.store, callLine('a', { input: 'cut \ud83d' }), callLine('b', { input: '\udc00 begun late' }), callLine('c'));
      expect(await spanIds()).toEqual(['a', 'b', 'c']);
    });

    it('keeps any text', async () => {
      let inserted = 0;
      await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 50 }), async (input, output) => {
        await insertCalls(under.store, callLine(`any ${++inserted}`, { input, output }));
        const rows = await under.store.query('SELECT 1 FROM calls WHERE input = {input:String} AND output = {output:String}', { input, output: output.toWellFormed() });
        return rows.length > 0;
      }), { numRuns: 40 });
    });

    it.each(Object.entries(NO_ROWS))('refuses lines with one that is no row (%s), says nothing of its content, and goes on', async (_, bad) => {
      const refused = await under.store.insertLines('calls', Buffer.from(callLine('a') + bad + callLine('b'))).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'ROWS_REFUSED', retryable: false });
      expect((refused as Error).message).not.toContain('secret');
      await insertCalls(under.store, callLine('c'));
      expect(await spanIds()).toContain('c');
      expect(await under.store.query("SELECT 1 FROM calls WHERE project = 'secret' OR span_id = 'secret'")).toEqual([]);
    });
  });
}
