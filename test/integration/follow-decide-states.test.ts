import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evidence } from '@understudy/contracts/evidence';
import { partitionOf, routeKey, TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { decodeState } from '@understudy/evaluator/policy/decide-state-entries';
import { decideStep } from '@understudy/evaluator/roles/decide';
import { newDetectorCounters } from '@understudy/evaluator/roles/detector-counters';
import { DecideStates } from '@understudy/evaluator/roles/follow-decide-states';
import { DECIDE_GROUP } from '@understudy/evaluator/roles/groups';

const TOPIC = TOPICS.evidence.name;
const DAY_MS = 86_400_000;
let directory = '';
let log: EventLog;
let decide: (evidence: Evidence, partition: number) => Promise<void>;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-follow-'));
  log = openSqliteLog({ directory });
  const partitions = await Promise.all(Array.from({ length: TOPICS.evidence.partitions }, async (_, partition) => {
    const ownership = await log.acquire(DECIDE_GROUP, TOPIC, partition);
    const handler = await decideStep(log, partition, ownership.stored, newDetectorCounters());
    return () => ownership.step(handler);
  }));
  decide = async (evidence, partition) => {
    await log.append([{ topic: TOPIC, partition, value: Buffer.from(JSON.stringify(evidence)) }]);
    await partitions[partition]?.();
  };
});
afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

function partitionOfRoute(route: string): number {
  return partitionOf(routeKey('default', route), TOPICS.evidence.partitions);
}

let calls = 0;
function callOf(route: string, atMs: number): Promise<void> {
  calls += 1;
  const scores = [{ traceId: `t${calls}`, spanId: 's', target: 'a', purpose: 'serve' as const, signals: { error: 0 } }];
  return decide({ kind: 'scores', v: 1, project: 'default', route, atMs, targets: ['a', 'b'], scores }, partitionOfRoute(route));
}

async function expectWhatIsStored(states: DecideStates): Promise<void> {
  const stored = await Promise.all(Array.from({ length: TOPICS.evidence.partitions }, (_, partition) => log.readState(DECIDE_GROUP, TOPIC, partition)));
  expect(await states.read()).toEqual(stored.flatMap((state) => (state === undefined ? [] : [decodeState(state.entries)])));
}

it('shows what is stored after every step: new and changed routes, a freeze and its end, routes that were forgotten', async () => {
  const states = new DecideStates(log);
  await expectWhatIsStored(states);
  for (const route of ['one', 'two', 'three', '__proto__', 'one']) {
    await callOf(route, 1_000);
    await expectWhatIsStored(states);
  }
  const partition = partitionOfRoute('one');
  await decide({ kind: 'freeze', v: 1, epoch: 1, atMs: 2_000, untilMs: 9_000, reason: 'test' }, partition);
  await expectWhatIsStored(states);
  await decide({ kind: 'freeze', v: 1, epoch: 1, atMs: 3_000, reason: 'over' }, partition);
  await expectWhatIsStored(states);
  await decide({ kind: 'tick', v: 1, epoch: 1, atMs: 2 * DAY_MS }, partition);
  await expectWhatIsStored(states);
  expect((await states.routes()).map(({ route }) => route.route)).not.toContain('one');
  await callOf('one', 2 * DAY_MS + 1);
  await expectWhatIsStored(states);
});

it('decodes only the routes that have changed', async () => {
  const states = new DecideStates(log);
  for (const route of ['one', 'two', 'three', 'four', 'five']) await callOf(route, 1_000);
  const before = new Map((await states.routes()).map(({ route }) => [route.route, route]));
  await callOf('three', 2_000);
  const changed = (await states.routes()).filter(({ route }) => before.get(route.route) !== route).map(({ route }) => route.route);
  expect(changed).toEqual(['three']);
});

it('may be asked by several at once', async () => {
  const states = new DecideStates(log);
  await callOf('one', 1_000);
  const [first] = await Promise.all([states.routes(), states.routes(), callOf('one', 2_000).then(() => states.routes())]);
  expect(first).toHaveLength(1);
  await expectWhatIsStored(states);
});
