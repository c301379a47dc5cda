import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { clickHouseAddress } from './clickhouse-address.ts';

describe('where ClickHouse is', () => {
  it('can be said in the URL alone', () => {
    expect(clickHouseAddress({ url: 'https://me:a%40b@host:8443/metrics' })).toEqual({ url: new URL('https://host:8443'), username: 'me', password: 'a@b', database: 'metrics', cluster: undefined });
  });

  it('is a user and a database of its own unless it is said', () => {
    expect(clickHouseAddress({ url: 'http://host:8123' })).toMatchObject({ username: 'default', password: '', database: 'understudy' });
  });

  it('is what is said apart where it is said twice; an empty variable says nothing', () => {
    const url = 'http://me:old@host:8123/old';
    expect(clickHouseAddress({ url, username: 'you', password: 'new', database: 'new', cluster: 'main' })).toMatchObject({ username: 'you', password: 'new', database: 'new', cluster: 'main' });
    expect(clickHouseAddress({ url, username: '', password: '', database: '', cluster: '' })).toMatchObject({ username: 'me', password: 'old', database: 'old', cluster: undefined });
  });

  it.each(['', 'secret', 'tcp://me:secret@host:9000', 'http://me:secret@host:8123/?compress=1', 'http://me:secret%zz@host:8123', 'http://me:secret@host:port'])('(%s) is refused without saying what was given', (url) => {
    const problem = thrownBy(() => clickHouseAddress({ url }));
    expect(problem).toMatchObject({ code: 'CONFIGURATION', fix: expect.stringContaining('CLICKHOUSE_URL') });
    expect(inspect(problem, { depth: 5 }).replace(/\n {4}at .*/g, '')).not.toContain('secret');
  });

  it.each(["a'b", 'a`b', 'a b', '-', 'a;b'])('takes no name such as %s: it would come into statements', (name) => {
    expect(thrownBy(() => clickHouseAddress({ url: 'http://host', database: name }))).toMatchObject({ code: 'CONFIGURATION' });
    expect(thrownBy(() => clickHouseAddress({ url: 'http://host', cluster: name }))).toMatchObject({ code: 'CONFIGURATION' });
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
