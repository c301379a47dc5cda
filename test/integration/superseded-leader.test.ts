import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POLICY } from '@understudy/contracts/policy';
import { TOPICS } from '@understudy/contracts/topics';
import { loadSigningKey } from '@understudy/evaluator/overrides/signing-key';
import { controllerStep } from '@understudy/evaluator/roles/controller';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterEach, beforeEach, expect, it } from 'vitest';

let directory: string;
let log: EventLog;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-leader-'));
  log = openSqliteLog({ directory });
});
afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

async function lead(instanceId: string) {
  const ownership = await log.acquire('controller', TOPICS.proposals.name, 0);
  const key = await loadSigningKey(join(directory, 'key.pem'));
  const takeInputs = () => ({ policy: DEFAULT_POLICY, policyHash: 'default', findings: [], active: [] });
  const { epoch, step } = await controllerStep(log, ownership.stored, { instanceId, key, now: Date.now, takeInputs });
  return { ownership, epoch, step };
}

it('does nothing more once it has read the claim of a later one, which has fenced it', async () => {
  const first = await lead('first');
  expect(await first.ownership.step(first.step, { allowEmpty: true })).toMatchObject({ kind: 'committed' });
  const second = await lead('second');
  expect(second.epoch).toBeGreaterThan(first.epoch);
  const { records } = await log.read(TOPICS.proposals.name, 0, second.epoch);
  expect(await first.step({ partition: 0, records, nowMs: Date.now() + 60_000 })).toEqual({ outputs: [] });
  expect(await first.ownership.step(first.step, { allowEmpty: true })).toEqual({ kind: 'fenced' });
  expect(await second.ownership.step(second.step, { allowEmpty: true })).toMatchObject({ kind: 'committed' });
});

it('claims its office again when the later claim was written by somebody who does not hold it', async () => {
  const leader = await lead('leader');
  await log.append([{ topic: TOPICS.proposals.name, partition: 0, value: Buffer.from('{"kind":"claim","v":1,"instanceId":"stranger","atMs":1}') }]);
  expect(await leader.ownership.step(leader.step, { allowEmpty: true }), 'it still holds the partition').toMatchObject({ kind: 'committed' });
  await expect(leader.ownership.step(leader.step, { allowEmpty: true })).rejects.toMatchObject({ code: 'SUPERSEDED', retryable: true });
  const again = await lead('leader');
  expect(await again.ownership.step(again.step, { allowEmpty: true })).toMatchObject({ kind: 'committed' });
});
