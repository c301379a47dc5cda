import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@understudy/contracts/topics';
import { CONTROLLER_GROUP, DECIDE_GROUP } from '@understudy/evaluator/roles/groups';
import type { EventLog } from '@understudy/log/event-log';
import { openKafkaLog } from '@understudy/log/kafka/kafka-log';
import type { SeededRandom } from 'understudy/src/demo/seeded-random.ts';
import type { Fault } from '../../support/clickhouse-http/clickhouse-http.ts';
import { NumberedSender } from '../../support/numbered-sender.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { endingOf, FALLBACK, PRIMARY, ROUTES, SICK_ROUTE } from '../sick-traffic.ts';
import type { Member } from './member.ts';
import { RecordingSdk } from './recording-sdk.ts';
import { type Kind, type ServerCounts, Stage } from './stage.ts';

export interface StormOptions {
  readonly seed: number;
  readonly servers: ServerCounts;
  readonly everyMs: number;
  readonly callsABatch: number;
}

export type InsertedTable = 'calls' | 'decisions' | 'windows';

const SDKS = 3;
const SETTLE_MS = 90_000;
/** An exporter's own: longer than a collector waits for the broker. */
const ATTEMPT_MS = 10_000;
const LOOK_EVERY_MS = 100;
const DECIDE_SHARE = `understudy_role_partitions{group="${DECIDE_GROUP}",topic="${TOPICS.evidence.name}"}`;
const FENCED_LEADERS = `understudy_role_fenced_total{group="${CONTROLLER_GROUP}",topic="${TOPICS.proposals.name}",partition="0"}`;
/** A zombie has so long to do what it wants. */
const ZOMBIE_MS = 3_000;

/** Everything that is done to a running installation, under load that never ends, and the account of it. */
export class Storm {
  readonly stage: Stage;
  readonly sdks: readonly RecordingSdk[];
  readonly sender: NumberedSender;
  readonly log: EventLog;
  readonly counts = { brokerKills: 0, brokerPauses: 0, killsBeforeCommit: 0, zombies: 0, fencedLeaders: 0, rebalances: 0, clickHouseTroubles: 0 };
  /** From the kill of who served a partition of decide to its next step, the worst of each kill, ms. */
  readonly movedMs: number[] = [];
  readonly faults: string[] = [];
  isSick = false;

  static async begin(options: StormOptions): Promise<Storm> {
    const stage = await Stage.open(options.servers);
    const sdks: RecordingSdk[] = [];
    try {
      const ports = stage.ports('api');
      for (let first = 0; first < SDKS; first++) sdks.push(await RecordingSdk.start(ports.map((_, index) => ports[(first + index) % ports.length] ?? 0)));
      return new Storm(stage, sdks, await openKafkaLog({ brokers: [stage.broker.brokers] }), options);
    } catch (error) {
      await Promise.all(sdks.map((sdk) => sdk.stop()));
      await stage.close();
      throw error;
    }
  }

  private constructor(stage: Stage, sdks: readonly RecordingSdk[], log: EventLog, { seed, everyMs, callsABatch }: StormOptions) {
    this.stage = stage;
    this.sdks = sdks;
    this.log = log;
    this.sender = new NumberedSender({
      urls: stage.ports('collector').map((port) => `http://127.0.0.1:${port}`), seed, routes: ROUTES, targets: [PRIMARY, FALLBACK], everyMs, callsABatch, attemptMs: ATTEMPT_MS,
      choose: (route, random) => this.#anySdk(random).choose(route), endingOf: (route, target, random) => endingOf(this.isSick, route, target, random),
    });
  }

  /** Of the broker and of all servers. */
  get kills(): number {
    return [...this.killsByKind.values()].reduce((sum, kills) => sum + kills, this.counts.brokerKills);
  }

  get killsByKind(): ReadonlyMap<string, number> {
    const byKind = new Map<string, number>();
    for (const { name, kills } of [...this.stage.members, ...this.stage.gone]) {
      const kind = name.replace(/-.*/, '');
      byKind.set(kind, (byKind.get(kind) ?? 0) + kills);
    }
    return byKind;
  }

  async untilLearned(): Promise<void> {
    await waitUntil('all routes have learned', SETTLE_MS, async () => {
      const { items } = (await (await fetch(`${this.api()}/v1/routes`)).json()) as { items: { state: string; targets: { proved: boolean; hasBaseline: boolean }[] }[] };
      return items.length === ROUTES.length && items.every(({ state, targets }) => state === 'healthy' && targets.length === 2 && targets.every(({ proved, hasBaseline }) => proved && hasBaseline));
    });
  }

  async untilOverridden(is: boolean): Promise<void> {
    await waitUntil(is ? 'the override is in force' : 'the override is taken back', 2 * SETTLE_MS, async () => await this.isOverridden() === is);
  }

  /** By what the SDKs do, all of them. */
  async isOverridden(): Promise<boolean> {
    const asked = await Promise.all(this.sdks.flatMap((sdk) => Array.from({ length: 20 }, () => sdk.choose(SICK_ROUTE))));
    return asked.filter(({ target }) => target === FALLBACK).length > asked.length / 2;
  }

  api(): string {
    return `http://127.0.0.1:${this.stage.ports('api')[0]}`;
  }

  /** SIGKILL of one server. */
  async kill(kind: Kind, random: SeededRandom, downMs?: number): Promise<void> {
    const [first, ...others] = this.stage.of(kind);
    if (first !== undefined) await random.pick([first, ...others]).kill(downMs);
  }

  async killBroker(downMs: number): Promise<void> {
    this.counts.brokerKills += 1;
    await this.stage.broker.kill();
    await pause(downMs);
    await this.stage.broker.start();
  }

  async pauseBroker(forMs: number): Promise<void> {
    this.counts.brokerPauses += 1;
    await this.stage.broker.pause();
    await pause(forMs);
    await this.stage.broker.resume();
  }

  /** When an insert has been executed and its answer is still under way, kills whoever may have asked for it. */
  async killBetweenInsertAndCommit(table: InsertedTable, withinMs = 90_000): Promise<void> {
    const killed = new Promise<void>((resolve) => {
      let isDone = false;
      this.stage.front.disturb(({ sql }) => {
        if (isDone || !sql.startsWith(`INSERT INTO ${table}`)) return undefined;
        isDone = true;
        return { kind: 'hold-after', until: async () => {
          await Promise.all(this.stage.of(table === 'windows' ? 'controller' : 'archive').map((member) => member.kill()));
          resolve();
        } };
      });
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`no insert into ${table} within ${withinMs} ms`)), withinMs); });
    await Promise.race([killed, late]).finally(() => {
      clearTimeout(timer);
      this.stage.front.disturb(undefined);
    });
    this.counts.killsBeforeCommit += 1;
  }

  async takeClickHouseAway(forMs: number): Promise<void> {
    this.counts.clickHouseTroubles += 1;
    await this.stage.front.goAway();
    await pause(forMs);
    await this.stage.front.comeBack();
  }

  /** The same happens to every so-many-th insert for a while. */
  async disturbInserts(fault: Fault, share: number, random: SeededRandom, forMs: number): Promise<void> {
    this.counts.clickHouseTroubles += 1;
    this.stage.front.disturb(({ sql }) => (sql.startsWith('INSERT INTO') && random.chance(share) ? fault : undefined));
    await pause(forMs);
    this.stage.front.disturb(undefined);
  }

  /** Workers come and go faster than their group can settle, by signal or by kill. */
  async rebalanceStorm(rounds: number, random: SeededRandom): Promise<void> {
    this.counts.rebalances += 1;
    for (let round = 0; round < rounds; round++) {
      const visitor = await this.stage.add('worker');
      await pause(random.between(500, 4_000));
      if (random.chance(0.5)) await visitor.kill('stays-down');
      else await visitor.leave('stays-down');
      await this.stage.remove(visitor);
    }
  }

  /** Who leads stands still until another has taken over and longer, then goes on as if nothing had happened. */
  async makeZombieLeader(forMs: number): Promise<void> {
    const leader = await this.#leader();
    const before = this.#newestEpoch();
    leader.freeze();
    const frozenMs = performance.now();
    const taken = await waitUntil('another leads', 30_000, () => this.sdks.every((sdk) => (sdk.newest()?.epoch ?? 0) > before)).then(() => true, () => false);
    await pause(Math.max(0, forMs - (performance.now() - frozenMs)));
    leader.thaw();
    if (!taken) this.faults.push(`nobody took over from the stopped leader ${leader.name}`);
    this.counts.zombies += 1;
    await pause(ZOMBIE_MS);
    if ((await leader.metric(FENCED_LEADERS) ?? 0) > 0) this.counts.fencedLeaders += 1;
  }

  async freeze(kind: Kind, random: SeededRandom, forMs: number): Promise<void> {
    const [first, ...others] = this.stage.of(kind);
    if (first === undefined) return;
    const member = random.pick([first, ...others]);
    this.counts.zombies += 1;
    member.freeze();
    await pause(forMs);
    member.thaw();
  }

  /** Kills one of the workers for good until its partitions have moved: how long did decide stand still on any of them? */
  async moveRoutes(random: SeededRandom): Promise<number> {
    const [first, ...others] = this.stage.of('worker');
    if (first === undefined) return 0;
    const victim = random.pick([first, ...others]);
    await this.#untilShared([first, ...others]);
    await victim.kill('stays-down');
    const killedMs = performance.now();
    // A commit that was on its way when it died is none of its successor's.
    await pause(LOOK_EVERY_MS);
    const before = await this.#positions();
    const moved = new Map<number, number>();
    await waitUntil('decide goes on everywhere', 60_000, async () => {
      const positions = await this.#positions();
      for (const [partition, position] of positions.entries()) if (!moved.has(partition) && position > (before[partition] ?? 0)) moved.set(partition, performance.now() - killedMs);
      return moved.size === positions.length;
    }, LOOK_EVERY_MS);
    victim.comeBack();
    const worstMs = Math.max(...moved.values());
    this.movedMs.push(worstMs);
    return worstMs;
  }

  async end(): Promise<void> {
    await Promise.all(this.sdks.map((sdk) => sdk.stop()));
    await this.log.close();
    await this.stage.close();
  }

  #anySdk(random: SeededRandom): RecordingSdk {
    return this.sdks[random.between(0, this.sdks.length - 1)] as RecordingSdk;
  }

  /** Each of the workers decides for some partitions. */
  async #untilShared(workers: readonly Member[]): Promise<void> {
    let shares: (number | undefined)[] = [];
    await waitUntil('the workers share', SETTLE_MS, async () => {
      shares = await Promise.all(workers.map((worker) => worker.metric(DECIDE_SHARE)));
      return shares.every((share) => share !== undefined && share > 0);
    }).catch(() => this.faults.push(`the workers do not share the partitions of decide: they have ${shares.join(' and ')}`));
  }

  #newestEpoch(): number {
    return Math.max(0, ...this.sdks.map((sdk) => sdk.newest()?.epoch ?? 0));
  }

  async #leader(): Promise<Member> {
    return waitUntil('somebody leads', SETTLE_MS, async () => {
      for (const member of this.stage.of('controller')) if (await member.metric('understudy_leader') === 1) return member;
      return undefined;
    });
  }

  #positions(): Promise<number[]> {
    const topic = TOPICS.evidence.name;
    return Promise.all(Array.from({ length: this.log.partitionCount(topic) }, async (_, partition) => (await this.log.readPosition(DECIDE_GROUP, topic, partition)) ?? 0));
  }
}
