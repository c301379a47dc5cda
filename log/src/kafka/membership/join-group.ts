import { randomUUID } from 'node:crypto';
import type { Subscription } from '../../event-log.ts';
import type { KafkaConnectionOptions } from '../connection.ts';
import { connectionMisconfigured } from '../connection-problems.ts';
import { explainProblem, isUnknownTopic } from '../problems.ts';
import { type GroupConsumer, startGroupConsumer } from './group-consumer.ts';
import { type GroupEvent, type GroupTimes, advance, isMember, isStuck, newPlace } from './place-in-group.ts';

export interface JoinGroupOptions {
  readonly groupId: string;
  readonly topic: string;
  /** At each assignment, also when it is the same as before; none when the place in the group is lost. */
  readonly onAssigned: (partitions: readonly number[]) => void;
  readonly say: (text: string) => void;
  readonly times?: GroupTimes;
}

/** A killed process is missed after a session. Shorter ones put out processes that only collect garbage, or wait for a disk. */
const TIMES: GroupTimes = { sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 10_000 };
const TICK_MS = 250;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 5_000;
/** A stop has 5 s for everything. */
const LEAVE_WITHIN_MS = 3_000;

/**
 * A place among those who share a topic's partitions, held for as long as the process wants it: a consumer that has died (kafkajs issues 1271 and 1445), or that hears
 * nothing more (1783), is thrown away and made anew. It is advice only: what two owners do is kept apart by the fencing of their transactions.
 */
export function joinGroup(connection: KafkaConnectionOptions, options: JoinGroupOptions): Subscription {
  const membership = new GroupMembership(connection, options);
  membership.start();
  return membership;
}

class GroupMembership implements Subscription {
  readonly #connection: KafkaConnectionOptions;
  readonly #options: JoinGroupOptions;
  readonly #times: GroupTimes;
  #place = newPlace(performance.now());
  /** Of the last contact, ms since 1970: other processes compare it with theirs. */
  #confirmedAtMs = 0;
  /** By it the group knows whose members that nobody answers for any more are. */
  readonly #process = randomUUID();
  #attempts = 0;
  #consumer: GroupConsumer | undefined;
  #backoffMs = FIRST_BACKOFF_MS;
  #restart: NodeJS.Timeout | undefined;
  #tick: NodeJS.Timeout | undefined;
  #left = false;

  constructor(connection: KafkaConnectionOptions, options: JoinGroupOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#times = options.times ?? TIMES;
  }

  start(): void {
    this.#startConsumer();
    this.#tick = setInterval(() => this.#lookAfter(), TICK_MS);
  }

  healthy(): boolean {
    return !this.#left && this.#consumer !== undefined && isMember(this.#place, performance.now(), this.#times);
  }

  async leave(): Promise<void> {
    this.#left = true;
    clearInterval(this.#tick);
    clearTimeout(this.#restart);
    const consumer = this.#consumer;
    this.#consumer = undefined;
    await consumer?.stop(LEAVE_WITHIN_MS);
  }

  #startConsumer(): void {
    const { groupId, topic, say } = this.#options;
    const attempt = ++this.#attempts;
    const consumer = startGroupConsumer({
      connection: this.#connection, groupId, topic, say, times: this.#times, claim: () => ({ owned: this.#place.assigned ?? [], confirmedAtMs: this.#confirmedAtMs, process: this.#process, attempt }),
      onEvent: (event) => { if (this.#consumer === consumer) this.#advance(event); },
      onEnded: (error) => { if (this.#consumer === consumer) this.#giveUp(error); },
    });
    this.#consumer = consumer;
  }

  #advance(event: GroupEvent): void {
    const { place, reports } = advance(this.#place, event, performance.now(), this.#times);
    this.#place = place;
    if (event.kind !== 'tick' && event.kind !== 'attempt') this.#confirmedAtMs = Date.now();
    if (event.kind === 'joined') this.#backoffMs = FIRST_BACKOFF_MS;
    for (const partitions of reports) this.#options.onAssigned(partitions);
  }

  #lookAfter(): void {
    this.#advance({ kind: 'tick' });
    if (this.#consumer === undefined || !isStuck(this.#place, performance.now(), this.#times)) return;
    void this.#consumer.stop(0);
    this.#giveUp(undefined);
  }

  #giveUp(error: unknown): void {
    this.#consumer = undefined;
    this.#options.say(this.#whyGivenUp(error));
    this.#restart = setTimeout(() => {
      this.#advance({ kind: 'attempt' });
      this.#startConsumer();
    }, this.#backoffMs);
    this.#backoffMs = Math.min(LONGEST_BACKOFF_MS, this.#backoffMs * 2);
  }

  #whyGivenUp(error: unknown): string {
    const { groupId, topic } = this.#options;
    if (error === undefined) return `Kafka is silent about group ${groupId}; a new connection is made.`;
    if (isUnknownTopic(error)) return `The topic ${topic} does not exist. Create it with \`understudy topics\`; group ${groupId} waits for it.`;
    const { message, fix } = connectionMisconfigured(error) ?? explainProblem(error, `keeping a place in group ${groupId}`);
    return `${message} ${fix}`;
  }
}
