import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seenCallsBefore } from '@understudy/evaluator/roles/decide';

let directory: string;
let log: EventLog;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-seen-'));
  log = openSqliteLog({ directory });
});
afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

const scoreOf = (id: string) => ({ traceId: `trace-${id}`, spanId: `span-${id}`, target: 't', purpose: 'serve', signals: { error: 0 } });
const append = (value: unknown) => log.append([{ topic: TOPICS.evidence.name, partition: 0, value: Buffer.from(JSON.stringify(value)) }]);
const scoresOf = (scores: unknown[], atMs = Date.now()) => ({ kind: 'scores', v: 1, project: 'p', route: 'r', atMs, targets: ['t'], scores });

it('holds the calls before a position, and of records that are no evidence none', async () => {
  for (const bad of [null, 7, scoresOf([{ ...scoreOf('bad'), signals: 'none' }]), scoresOf([scoreOf('beside'), null]), { ...scoresOf([scoreOf('other')]), v: 2 }]) await append(bad);
  await append(scoresOf([scoreOf('one'), scoreOf('two')]));
  await append(scoresOf([scoreOf('later')]));
  const seen = await seenCallsBefore(log, 0, 6);
  const known = ['one', 'two', 'bad', 'beside', 'other', 'later'].filter((id) => seen.isRepeat(`trace-${id}`, `span-${id}`, Date.now()));
  expect(known).toEqual(['one', 'two']);
});

it('is not made of a log that does not show yet what was committed', async () => {
  await append(scoresOf([scoreOf('one')]));
  await expect(seenCallsBefore(log, 0, 3)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true });
});
