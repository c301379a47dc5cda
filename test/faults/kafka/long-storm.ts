import { setTimeout as pause } from 'node:timers/promises';
import { type SeededRandom, seededRandom } from 'understudy/src/demo/seeded-random.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { judge, type StormReport } from './oracle.ts';
import type { Kind } from './stage.ts';
import { type InsertedTable, Storm } from './storm.ts';

export interface LongStormOptions {
  readonly seed: number;
  /** At least so many calls are sent. */
  readonly calls: number;
  /** Every part of the storm comes so many times as usual. */
  readonly scale: number;
  readonly say: (text: string) => void;
}

export interface LongStormReport extends Omit<StormReport, 'faults'> {
  readonly seed: number;
  readonly seconds: number;
  /** SIGKILLs of the broker and of servers, together. */
  readonly kills: number;
  readonly brokerKills: number;
  readonly brokerPauses: number;
  readonly killsBeforeCommit: number;
  readonly zombies: number;
  /** Of the leaders that stood still: tried to commit afterwards, and could not. */
  readonly fencedLeaders: number;
  readonly rebalances: number;
  readonly clickHouseTroubles: number;
  readonly killsByKind: Readonly<Record<string, number>>;
  readonly retries: number;
  readonly repeats: number;
  readonly movedMs: readonly number[];
  readonly faults: readonly string[];
}

interface Trouble {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

const SERVERS = { controller: 2, collector: 2, worker: 2, archive: 2, api: 2 };
const CALLS_A_BATCH = 100;
const EVERY_MS = 60;
/** Of a model's good and bad times, in troubles. */
const TROUBLES_A_SPELL = 16;
/** What the routes of a killed worker may wait. */
const MOVED_WITHIN_MS = 15_000;
const ENDS_WITHIN_MS = 30 * 60_000;

/** Everything at once and one after the other, drawn from the seed but for the machine's own timing. Every fault that was found is in the report. */
export async function runLongStorm({ seed, calls, scale, say }: LongStormOptions): Promise<LongStormReport> {
  const startedMs = performance.now();
  const storm = await Storm.begin({ seed, servers: SERVERS, everyMs: EVERY_MS, callsABatch: CALLS_A_BATCH });
  try {
    await storm.untilLearned();
    say('all routes have learned');
    await rage(storm, seededRandom(seed, 'long storm'), scale, say);
    await waitUntil(`${calls} calls are sent`, ENDS_WITHIN_MS, () => storm.sender.sent.length >= calls, 1_000);
    const report = await judge(storm);
    const { kills, counts, movedMs, killsByKind } = storm;
    const { retries, repeats } = storm.sender;
    const slow = movedMs.filter((ms) => ms > MOVED_WITHIN_MS).map((ms) => `the routes of a killed worker stood still for ${Math.round(ms)} ms`);
    return { ...report, faults: [...report.faults, ...slow], seed, seconds: Math.round((performance.now() - startedMs) / 1000), kills, ...counts, killsByKind: Object.fromEntries(killsByKind), retries, repeats, movedMs: movedMs.map(Math.round) };
  } finally {
    await storm.end();
  }
}

async function rage(storm: Storm, random: SeededRandom, scale: number, say: (text: string) => void): Promise<void> {
  const troubles = shuffled(troublesOf(storm, random, scale), random);
  for (const [index, { name, run }] of troubles.entries()) {
    storm.isSick = Math.floor(index / TROUBLES_A_SPELL) % 2 === 1;
    await run();
    say(`${index + 1}/${troubles.length} ${name}: ${storm.kills} kills, ${storm.sender.sent.length} calls, ${storm.sdks.map(({ applied }) => applied.length).join('/')} snapshots applied`);
  }
  await storm.stage.untilReady();
  storm.isSick = true;
  await storm.untilOverridden(true);
  say('the override is in force');
  storm.isSick = false;
  await storm.untilOverridden(false);
  say('the override is taken back');
}

function troublesOf(storm: Storm, random: SeededRandom, scale: number): Trouble[] {
  const times = (count: number, trouble: Trouble): Trouble[] => Array.from({ length: Math.max(1, Math.round(count * scale)) }, () => trouble);
  const kill = (kind: Kind) => ({ name: `a ${kind} killed`, run: () => killAndMore(storm, kind, random) });
  const between = (table: InsertedTable) => ({ name: `killed between the insert into ${table} and the commit`, run: () => storm.killBetweenInsertAndCommit(table) });
  return [
    ...times(20, { name: 'the broker killed, and a server at the same time', run: () => killBrokerAndServer(storm, random) }),
    ...times(1, { name: 'the broker stopped for 45 s', run: () => storm.pauseBroker(45_000) }),
    ...times(8, kill('collector')), ...times(16, kill('worker')), ...times(8, kill('archive')), ...times(8, kill('controller')), ...times(6, kill('api')),
    ...times(8, between('calls')), ...times(2, between('windows')),
    ...times(2, { name: 'ClickHouse away for 25 s', run: () => storm.takeClickHouseAway(25_000) }),
    ...times(2, { name: 'inserts that take 20 s', run: () => storm.disturbInserts({ kind: 'delay', delayMs: 20_000 }, 0.3, random, 25_000) }),
    ...times(3, { name: 'answers cut after the insert', run: () => storm.disturbInserts({ kind: 'cut-after' }, 0.5, random, 8_000) }),
    ...times(3, { name: 'workers that come and go', run: () => storm.rebalanceStorm(4, random) }),
    ...times(3, { name: 'a leader stopped for 20 s', run: () => storm.makeZombieLeader(20_000) }),
    ...times(2, { name: 'a worker stopped for 20 s', run: () => storm.freeze('worker', random, 20_000) }),
    ...times(1, { name: 'an archive stopped for 20 s', run: () => storm.freeze('archive', random, 20_000) }),
    ...times(4, { name: 'a worker killed for good', run: async () => { await storm.stage.untilReady(); await storm.moveRoutes(random); } }),
  ];
}

async function killAndMore(storm: Storm, kind: Kind, random: SeededRandom): Promise<void> {
  await storm.kill(kind, random, random.between(0, 2_000));
  await pause(random.between(200, 5_000));
}

const ALL_KINDS = ['collector', 'worker', 'archive', 'controller', 'api'] as const;

async function killBrokerAndServer(storm: Storm, random: SeededRandom): Promise<void> {
  const server = pause(random.between(0, 4_000)).then(() => storm.kill(random.pick(ALL_KINDS), random, random.between(0, 2_000)));
  await Promise.all([server, storm.killBroker(random.between(0, 4_000))]);
  await pause(random.between(500, 8_000));
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: SeededRandom): Item[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = random.between(0, last);
    [mixed[last], mixed[other]] = [mixed[other] as Item, mixed[last] as Item];
  }
  return mixed;
}
