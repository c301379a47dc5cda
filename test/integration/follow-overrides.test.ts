import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import { followOverrides } from '@understudy/evaluator/api/follow-overrides';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { expect, it, vi } from 'vitest';

it('passes over records that are no overrides, and follows what comes after them', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-feed-'));
  const log = openSqliteLog({ directory });
  const said: string[] = [];
  const feed = followOverrides(log, Date.now, (text) => said.push(text));
  const append = (value: string) => log.append([{ topic: TOPICS.overrides.name, partition: 0, value: Buffer.from(value) }]);
  const published = (version: number) => append(JSON.stringify({ v: 1, epoch: 0, version, issuedAt: 1, jws: 'a.b.c' }));
  await published(1);
  for (const poison of ['nothing', '', '{"v":1', 'null', '[]', '{"v":2,"epoch":9,"version":9,"issuedAt":1,"jws":"x"}', '\u0000']) await append(poison);
  await published(2);
  await vi.waitFor(() => expect(feed.newest()?.version).toBe(2));
  expect(said).toEqual([]);
  await feed.stop();
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});
