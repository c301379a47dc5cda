import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Incident } from '@understudy/contracts/incident';
import { type Policy, policySchema } from '@understudy/contracts/policy';
import { TOPICS } from '@understudy/contracts/topics';
import { incidentOf, resolved } from '@understudy/evaluator/alerts/alert.fixture';
import { AlertDesk } from '@understudy/evaluator/alerts/alert-desk';
import { readLedger } from '@understudy/evaluator/alerts/read-ledger';
import { type RecordingServer, recordingServer } from '@understudy/evaluator/alerts/recording-server.fixture';
import { loadSigningKey } from '@understudy/evaluator/overrides/signing-key';
import { initialDecideState, newRouteState } from '@understudy/evaluator/policy/route-state';
import { controllerStep } from '@understudy/evaluator/roles/controller';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';

let directory: string;
let log: EventLog;
let hook: RecordingServer;
let status: number;
let incident: Incident | undefined;
let past: Incident[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-desk-'));
  log = openSqliteLog({ directory });
  status = 204;
  hook = await recordingServer(() => ({ status }));
  incident = undefined;
  past = [];
});
afterEach(async () => {
  await hook.stop();
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

/** What decide has committed: one route, with or without an incident. */
function decided() {
  const state = initialDecideState();
  state.routes['default/support.answer'] = { ...newRouteState('default', 'support.answer'), incident, resolved: past };
  return [state];
}

/** An office whose clock goes half a second further with every turn. */
async function takeOffice(policy: Policy) {
  const ownership = await log.acquire('controller', TOPICS.proposals.name, 0);
  const key = await loadSigningKey(join(directory, 'key.pem'));
  const alerts = new AlertDesk({ decided: { read: async () => decided() }, policy: () => policy, secretOf: () => 'a secret', say: () => undefined });
  const { step } = await controllerStep(log, ownership.stored, { instanceId: 'x', key, now: Date.now, alerts, takeInputs: () => ({ policy, policyHash: 'p', findings: [], active: [] }) });
  let ahead = 0;
  return {
    async turn() {
      ahead += 500;
      return ownership.step((input) => step({ ...input, nowMs: input.nowMs + ahead }), { allowEmpty: true });
    },
    release: () => ownership.release(),
  };
}

const told = () => hook.requests.map(({ headers }) => String(headers['webhook-id']));

it('tells of an incident once, though leaders change and the receiver is down in between', async () => {
  const policy = policySchema.parse({ version: 1, alerts: [{ name: 'hook', webhook: `${hook.url}/x`, secret: 'env:X', allow: ['127.0.0.1'] }] });
  incident = incidentOf('support.answer', { incidentId: 'inc-1' });
  status = 503;
  const first = await takeOffice(policy);
  await waitUntil('the first attempt', 5_000, async () => {
    await first.turn();
    return hook.requests.length > 0;
  }, 20);

  // Its results are lost with it; the next one knows what is to be told, and tries again under the same id.
  const second = await takeOffice(policy);
  expect(await first.turn()).toEqual({ kind: 'fenced' });
  status = 204;
  await waitUntil('the beginning is told', 5_000, async () => {
    await second.turn();
    return (await readLedger(log)).sent.length === 1;
  }, 20);
  expect(new Set(told())).toEqual(new Set(['inc-1-opened']));
  const attempts = told().length;

  past = [resolved(incidentOf('support.answer', { incidentId: 'inc-1' }), Date.now())];
  incident = undefined;
  const third = await takeOffice(policy);
  await waitUntil('the end is told', 5_000, async () => {
    await third.turn();
    return (await readLedger(log)).sent.length === 2;
  }, 20);
  for (let turn = 0; turn < 30; turn++) await third.turn();
  expect(told().slice(attempts)).toEqual(['inc-1-resolved']);
  expect((await readLedger(log)).receivers.hook).toMatchObject({ deliveredCount: 2, outbox: [], notices: {} });
});

it('takes silences from the proposals', async () => {
  const policy = policySchema.parse({ version: 1, alerts: [{ name: 'hook', webhook: `${hook.url}/x`, secret: 'env:X', allow: ['127.0.0.1'] }] });
  await log.append([{ topic: TOPICS.proposals.name, partition: 0, value: Buffer.from(JSON.stringify({ kind: 'silence', v: 1, project: 'default', route: 'support.answer', proposalId: 'p', atMs: Date.now(), untilMs: Date.now() + 3_600_000, reason: 'operator: known' })) }]);
  incident = incidentOf('support.answer', { incidentId: 'inc-1' });
  const office = await takeOffice(policy);
  for (let turn = 0; turn < 40; turn++) await office.turn();
  expect((await readLedger(log)).silences).toMatchObject([{ route: 'support.answer', reason: 'operator: known' }]);
  expect(told()).toEqual([]);
});
