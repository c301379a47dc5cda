import { expect, it } from 'vitest';
import { clickHouseAddress } from './clickhouse-address.ts';
import { explainClickHouse } from './clickhouse-problems.ts';

const ADDRESS = clickHouseAddress({ url: 'http://me:hunter%402@host:8123' });
const answered = (code: string, message: string) => Object.assign(new Error(message), { code });

it.each([
  [answered('516', 'me: Authentication failed'), /does not accept the user/, /CLICKHOUSE_PASSWORD/],
  [answered('497', 'me: Not enough privileges'), /does not allow.*Not enough privileges/, /Grant/],
  [answered('81', 'Database understudy does not exist'), /no such database/, /CLICKHOUSE_DATABASE/],
  [answered('159', 'Timeout exceeded'), /within the time/, /load/],
  [answered('241', 'Memory limit exceeded'), /more memory/, /shorter time/],
  [answered('252', 'Too many parts'), /takes no more.*Too many parts/, /merges/],
  [answered('999', 'Keeper is away'), /code 999, Keeper is away/, /CLICKHOUSE_URL/],
  [answered('ECONNREFUSED', 'connect ECONNREFUSED'), /does not answer: connect ECONNREFUSED/, /8123/],
  [new AggregateError([answered('ECONNREFUSED', 'connect ECONNREFUSED ::1')], ''), /connect ECONNREFUSED ::1/, /8123/],
  [new Error(''), /it said nothing/, /8123/],
])('says what %s means, and that it may pass', (error, message, fix) => {
  expect(explainClickHouse(ADDRESS, error)).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true, message: expect.stringMatching(message), fix: expect.stringMatching(fix) });
});

it('repeats no password and no page that something between them sends', () => {
  const { message } = explainClickHouse(ADDRESS, new Error(`bad gateway for hunter@2 and hunter%402\n<html>${'x'.repeat(5_000)}`));
  expect(message).not.toMatch(/hunter|html/);
  expect(message).toContain('bad gateway');
});
