import { UnderstudyError } from '@understudy/contracts/problem';
import { describe, expect, it } from 'vitest';
import { type CreateStorePlace, useStore } from './store-place.ts';

const TEXTS = ["'; DROP TABLE calls; --", '\\', "\\'", '{a:String}', 'a\nb\tc\r', '\u0000', '%27%00+&=', 'ünïcödé 🚃', '', "[1,'x']", 'x'.repeat(5_000)];

export function describeAsking(create: CreateStorePlace): void {
  describe('asking', () => {
    const under = useStore(create, { queryMs: 1_000, memoryBytes: 100_000_000, resultRows: 1_000 });
    const problemOf = (sql: string) => under.store.query(sql).then(() => undefined, (error: unknown) => error);

    it.each(TEXTS)('binds %j as a value like any other', async (text) => {
      expect(await under.store.query('SELECT {text:String} AS text, {number:Int64} AS number, {texts:Array(String)} AS texts', { text, number: -3, texts: [text, 'b'] })).toEqual([{ text, number: -3, texts: [text, 'b'] }]);
    });

    it.each([
      ['time', 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 0'],
      ['memory', 'SELECT length(groupArray(number)) FROM numbers(100000000)'],
      ['rows', 'SELECT number FROM numbers(100000)'],
    ])('ends a query that would take too much %s, and answers the next', async (_, sql) => {
      const problem = await problemOf(sql);
      expect(problem).toBeInstanceOf(UnderstudyError);
      expect(problem).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      expect(await under.store.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it.each(['SELECT * FROM no_such_table', 'SELECT no_such_column FROM calls', 'SELEC', 'SELECT throwIf(1)'])('tells of %j as an error with a fix', async (sql) => {
      expect(await problemOf(sql)).toMatchObject({ code: 'STORE_UNAVAILABLE', fix: expect.stringMatching(/\w/) });
    });

    it('answers many at once, each its own', async () => {
      const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => under.store.query('SELECT {index:UInt32} AS found', { index })));
      expect(answers.flat()).toEqual(Array.from({ length: 30 }, (_, index) => ({ found: index })));
    });
  });
}
