import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTopics } from '@understudy/log/kafka/topics/topics';
import { withoutServers } from '../../support/child-program.ts';
import { type ClickHouseHttp, startClickHouseHttp } from '../../support/clickhouse-http/clickhouse-http.ts';
import { freePorts } from '../../support/free-port.ts';
import { KafkaBroker } from '../../support/kafka-broker/kafka-broker.ts';
import { POLICY } from '../sick-traffic.ts';
import { Member } from './member.ts';

/** What a server of a kind does. Who signs makes the key that the APIs show: they are started last. */
const KINDS = {
  controller: ['evaluator', '--roles', 'controller'],
  collector: ['collector'],
  worker: ['evaluator', '--roles', 'score,decide'],
  archive: ['evaluator', '--roles', 'archive'],
  api: ['evaluator', '--roles', 'api'],
} as const;
export type Kind = keyof typeof KINDS;
const ALL_KINDS = Object.keys(KINDS) as Kind[];

export type ServerCounts = Readonly<Record<Kind, number>>;

const CLOCK_AHEAD = new URL('../../support/clock-ahead.ts', import.meta.url).href;

/** A real broker, ClickHouse behind its HTTP interface, and the servers of Understudy, each a process of its own. */
export class Stage {
  readonly members: Member[] = [];
  /** Removed for good. */
  readonly gone: Member[] = [];
  readonly broker: KafkaBroker;
  readonly front: ClickHouseHttp;
  readonly #directory: string;
  readonly #removeDirectory = (): void => rmSync(this.#directory, { recursive: true, force: true });
  #started = 0;

  static async open(counts: ServerCounts): Promise<Stage> {
    const directory = mkdtempSync(join(tmpdir(), 'understudy-storm-'));
    writeFileSync(join(directory, 'policy.yaml'), POLICY);
    const starting = KafkaBroker.start({ heapMegabytes: 768 });
    starting.catch(() => undefined);
    const front = await startClickHouseHttp({ directory: join(directory, 'clickhouse'), forgets: true });
    const broker = await starting.catch(async (error: unknown) => {
      await front.close();
      rmSync(directory, { recursive: true, force: true });
      throw error;
    });
    const stage = new Stage(directory, broker, front);
    try {
      await createTopics({ brokers: [broker.brokers] });
      for (const kind of ALL_KINDS) {
        if (kind === 'api') await stage.of('controller')[0]?.process.ready;
        for (let number = 1; number <= counts[kind]; number++) await stage.add(kind);
      }
      await stage.untilReady();
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  private constructor(directory: string, broker: KafkaBroker, front: ClickHouseHttp) {
    this.#directory = directory;
    process.once('exit', this.#removeDirectory);
    this.broker = broker;
    this.front = front;
  }

  of(kind: Kind): Member[] {
    return this.members.filter(({ name }) => name.startsWith(kind));
  }

  ports(kind: Kind): number[] {
    return this.of(kind).map(({ plan }) => plan.port);
  }

  /** One more server. `clockAheadMs`: its clock is wrong by so much. */
  async add(kind: Kind, clockAheadMs = 0): Promise<Member> {
    const [port = 0] = await freePorts(1);
    const environment = {
      ...withoutServers(process.env), KAFKA_BROKERS: this.broker.brokers, CLICKHOUSE_URL: this.front.url, UNDERSTUDY_DATA: join(this.#directory, 'data'), UNDERSTUDY_POLICY: join(this.#directory, 'policy.yaml'),
      UNDERSTUDY_TEST_CLOCK_AHEAD_MS: String(clockAheadMs),
    };
    const args = [...KINDS[kind], kind === 'collector' ? '--otlp-port' : '--port', String(port)];
    const member = new Member({ name: `${kind}-${++this.#started}`, args, environment, port, preloaded: clockAheadMs === 0 ? [] : [CLOCK_AHEAD] });
    this.members.push(member);
    return member;
  }

  async remove(member: Member): Promise<void> {
    this.members.splice(this.members.indexOf(member), 1);
    this.gone.push(member);
    await member.stop();
  }

  async untilReady(): Promise<void> {
    await Promise.all(this.members.map((member) => member.untilReady()));
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
    this.front.disturb(undefined);
    await this.front.close();
    await this.broker.stop();
    process.off('exit', this.#removeDirectory);
    this.#removeDirectory();
  }
}
