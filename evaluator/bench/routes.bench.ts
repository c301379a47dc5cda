// What grows with the number of routes, in CPU time of this process: reading decide's state, a tick, a step of one route, the list of routes. Two targets a route, with the signals of an answer in prose.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evidence } from '@understudy/contracts/evidence';
import { signalDefinition } from '@understudy/contracts/signal';
import { partitionOf, routeKey, TOPICS } from '@understudy/contracts/topics';
import type { EventLog, NewRecord, PartitionOwnership, StepHandler } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { routeView } from '../src/api/route-view.ts';
import { baselineFromValues } from '../src/baselines/baseline-from-values.ts';
import { decideStep } from '../src/roles/decide.ts';
import { newDetectorCounters } from '../src/roles/detector-counters.ts';
import { DECIDE_GROUP } from '../src/roles/groups.ts';
import { DecideStates } from '../src/roles/follow-decide-states.ts';
import { CARRIED, CARRIED_NAMES } from './carried-signals.ts';

const ROUTES = [500, 2_000];
const ROUNDS = 10;
const PROJECT = 'default';
const TARGETS = ['openai/gpt-5-mini', 'anthropic/claude-haiku-4-5'];
const AT_MS = 1_763_000_000_000;
const TOPIC = TOPICS.evidence.name;

const numbers = Array.from({ length: 2_000 }, (_, index) => 0.01 + ((index * 7_919) % 4_001) / 4_001);
const baselines = Object.fromEntries(CARRIED_NAMES.map((name) => [name, signalDefinition(name).kind === 'rate' ? { kind: 'rate' as const, calls: 2_000, events: 20 } : baselineFromValues(name, numbers)]));

/** Stationary: what is measured is a healthy installation. */
const NUMBERS = CARRIED_NAMES.filter((name) => signalDefinition(name).kind === 'quantile');

interface DecidingPartition {
  readonly ownership: PartitionOwnership;
  readonly handler: StepHandler;
}

function nameOf(index: number): string {
  return `support.answer-${index}`;
}

function recordOf(route: string, evidence: Evidence): NewRecord {
  return { topic: TOPIC, partition: partitionOf(routeKey(PROJECT, route), TOPICS.evidence.partitions), value: Buffer.from(JSON.stringify(evidence)) };
}

let calls = 0;

/** Twenty calls of each target, or one call of the first. */
function scoresOf(route: string, each: number, targets: readonly string[]): NewRecord {
  const scores = targets.flatMap((target) => Array.from({ length: each }, () => {
    calls += 1;
    return { traceId: `t${calls}`, spanId: 's', target, purpose: 'serve' as const, signals: { ...CARRIED, ...Object.fromEntries(NUMBERS.map((name) => [name, numbers[calls % numbers.length] ?? 0])) } };
  }));
  return recordOf(route, { kind: 'scores', v: 1, project: PROJECT, route, atMs: AT_MS + calls, targets: TARGETS, scores });
}

function baselineOf(route: string, target: string): NewRecord {
  return recordOf(route, { kind: 'baseline', v: 1, epoch: 1, atMs: AT_MS, project: PROJECT, route, target, signals: baselines as Extract<Evidence, { kind: 'baseline' }>['signals'] });
}

async function append(log: EventLog, records: readonly NewRecord[]): Promise<void> {
  const outcome = await log.append(records);
  if (outcome.kind === 'full') throw new Error(outcome.reason);
}

async function drain(partitions: readonly DecidingPartition[]): Promise<void> {
  for (const { ownership, handler } of partitions) while ((await ownership.step(handler, { maxRecords: 500 })).kind === 'committed');
}

/** Mean CPU time of `work`, ms, a round; `before` a round is not counted. */
async function cpuMs(before: () => Promise<void>, work: () => Promise<unknown> | unknown): Promise<number> {
  let micros = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await before();
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    micros += user + system;
  }
  return micros / ROUNDS / 1_000;
}

async function measure(log: EventLog, routes: number): Promise<void> {
  const partitions = await Promise.all(Array.from({ length: TOPICS.evidence.partitions }, async (_, partition) => {
    const ownership = await log.acquire(DECIDE_GROUP, TOPIC, partition);
    return { ownership, handler: await decideStep(log, partition, ownership.stored, newDetectorCounters()) };
  }));
  for (let index = 0; index < routes; index++) {
    const route = nameOf(index);
    await append(log, [scoresOf(route, 20, TARGETS), ...TARGETS.map((target) => baselineOf(route, target)), scoresOf(route, 20, TARGETS)]);
    if (index % 100 === 99) await drain(partitions);
  }
  await drain(partitions);
  let turn = 0;
  const oneCall = () => append(log, [scoresOf(nameOf(turn++ % routes), 1, TARGETS.slice(0, 1))]);
  const tick = () => append(log, partitions.map((_, partition) => ({ topic: TOPIC, partition, value: Buffer.from(JSON.stringify({ kind: 'tick', v: 1, epoch: 1, atMs: AT_MS + 20_000 + turn++ * 1_000 })) })));
  const nothing = async () => undefined;
  const changeTen = async () => {
    for (let call = 0; call < 10; call++) await oneCall();
    await drain(partitions);
  };
  await cpuMs(oneCall, () => drain(partitions));
  await cpuMs(tick, () => drain(partitions));
  const step = await cpuMs(oneCall, () => drain(partitions));
  const ticked = await cpuMs(tick, () => drain(partitions));
  const states = new DecideStates(log);
  await states.routes();
  const quiet = await cpuMs(nothing, () => states.routes());
  const busy = await cpuMs(changeTen, () => states.routes());
  let bytes = 0;
  const listed = await cpuMs(nothing, async () => {
    bytes = Buffer.byteLength(JSON.stringify((await states.routes()).map(({ state, route }) => routeView(state.policy, route, state.nowMs))));
  });
  console.log(`${routes} routes: a step of decide for one call, committed ${step.toFixed(2)} ms CPU   goal: the same for any number of routes`);
  console.log(`${routes} routes: a tick, once a second, ${ticked.toFixed(1)} ms CPU   goal ≤ 5 % of a core`);
  console.log(`${routes} routes: reading decide's state, once a second, ${quiet.toFixed(1)} ms CPU, after calls of 10 routes ${busy.toFixed(1)} ms   goal ≤ 1 % of a core; decoding everything each time took 63 ms at 500 and 300 ms at 2,000 routes`);
  console.log(`${routes} routes: GET /v1/routes ${listed.toFixed(1)} ms CPU for ${(bytes / 1e6).toFixed(1)} MB   goal: that of its JSON; before, 80 ms at 500 and 434 ms at 2,000 routes`);
}

for (const routes of ROUTES) {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  const log = openSqliteLog({ directory });
  try {
    await measure(log, routes);
  } finally {
    await log.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
