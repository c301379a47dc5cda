import type { Socket } from 'node:net';
import type { LogEntry, SASLOptions } from 'kafkajs';
import { registerCodecs } from './codecs/register-codecs.ts';
import { type KafkaConnectionOptions, keepingSockets } from './connection.ts';
import { createCluster, isReady, type KafkajsBroker, type KafkajsCluster, type ProtocolCall } from './kafkajs-internals.ts';
import { closed, connectionError, errorOfType, isTimeout } from './problems.ts';

export type CoordinatorKind = 'group' | 'transaction';

const COORDINATOR_TYPE = { group: 0, transaction: 1 } as const;
const CONNECT_WITHIN_MS = 4_000;
/** An answer that takes longer is not coming: connections that died without a word are given up then. */
const ANSWER_WITHIN_MS = 6_000;
const RETRY = { retries: 2, initialRetryTime: 50, maxRetryTime: 500 } as const;

/**
 * One set of connections to the brokers: one to each for requests and one for fetches. A broker answers the requests of a connection one after the other, so
 * what may wait long has a set of its own.
 */
export class KafkaCluster {
  readonly #options: KafkaConnectionOptions;
  readonly #topics: readonly string[];
  readonly #onLog: (entry: LogEntry) => void;
  readonly #sockets = new Set<Socket>();
  readonly #coordinators = new Map<string, number>();
  #cluster: KafkajsCluster | undefined;
  #opening: Promise<KafkajsCluster> | undefined;
  #closed = false;

  /** Knows the leaders of these topics. `onLog` hears what kafkajs logs. */
  constructor(options: KafkaConnectionOptions, topics: readonly string[], onLog: (entry: LogEntry) => void) {
    this.#options = options;
    this.#topics = topics;
    this.#onLog = onLog;
  }

  async partitionCount(topic: string): Promise<number> {
    return (await this.#open()).findTopicPartitionMetadata(topic).length;
  }

  async leaderOf(topic: string, partition: number): Promise<number> {
    const cluster = await this.#open();
    await cluster.refreshMetadataIfNecessary();
    const leader = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader;
    if (leader === undefined || leader < 0) throw errorOfType('LEADER_NOT_AVAILABLE', `${topic}/${partition} has no leader`);
    return leader;
  }

  async broker(nodeId: number): Promise<KafkajsBroker> {
    return this.#watched(async (cluster) => {
      const broker = await cluster.findBroker({ nodeId });
      if (isReady(broker)) return broker;
      // Another one's connecting is under way, and waited for here; or it failed half-way, which kafkajs takes for connected ever after.
      await broker.connect();
      if (isReady(broker)) return broker;
      if (cluster === this.#cluster) this.discard();
      throw connectionError('the broker does not answer');
    });
  }

  /** The broker that keeps the offsets of a group, or the transactions of a transactional id. */
  async coordinator(kind: CoordinatorKind, id: string): Promise<KafkajsBroker> {
    const key = `${kind} ${id}`;
    const known = this.#coordinators.get(key);
    if (known !== undefined) return this.broker(known);
    const found = await this.#watched((cluster) => findCoordinator(cluster, kind, id));
    this.#coordinators.set(key, found);
    return this.broker(found);
  }

  async send<Answer>(nodeId: number, call: (broker: KafkajsBroker) => ProtocolCall<Answer>): Promise<Answer> {
    return this.ask(nodeId, (broker) => broker.connectionPool.send(call(broker) as ProtocolCall<unknown>) as Promise<Answer>);
  }

  async ask<Answer>(nodeId: number, ask: (broker: KafkajsBroker) => Promise<Answer>): Promise<Answer> {
    const broker = await this.broker(nodeId);
    return this.#watched(() => ask(broker));
  }

  async askCoordinator<Answer>(kind: CoordinatorKind, id: string, ask: (broker: KafkajsBroker) => Promise<Answer>): Promise<Answer> {
    const broker = await this.coordinator(kind, id);
    return this.#watched(() => ask(broker));
  }

  /** After an answer that tells that the leaders have changed. */
  async refresh(): Promise<void> {
    await this.#watched((cluster) => cluster.refreshMetadata());
  }

  forgetCoordinators(): void {
    this.#coordinators.clear();
  }

  /** Ends the connections at once; whatever waits for an answer fails. The next use opens new ones. */
  discard(reason = 'the connection was given up'): void {
    this.#cluster = undefined;
    this.#opening = undefined;
    this.#coordinators.clear();
    // With an error, since kafkajs hears of no other end and would leave whoever waits for an answer waiting.
    for (const socket of this.#sockets) socket.destroy(new Error(reason));
    this.#sockets.clear();
  }

  close(): void {
    this.#closed = true;
    this.discard('the log was closed');
  }

  /** kafkajs keeps a connection whose request timed out and asks it again, for up to a quarter of an hour (issue 1783). */
  async #watched<Answer>(ask: (cluster: KafkajsCluster) => Promise<Answer>): Promise<Answer> {
    const cluster = await this.#open();
    try {
      return await ask(cluster);
    } catch (error) {
      if (isTimeout(error) && cluster === this.#cluster) this.discard();
      throw error;
    }
  }

  async #open(): Promise<KafkajsCluster> {
    if (this.#closed) throw closed();
    if (this.#cluster !== undefined && this.#opening === undefined) return this.#cluster;
    if (this.#opening !== undefined) return this.#opening;
    const opening = this.#connect().finally(() => {
      // After `discard` a newer one may be under way.
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
    return opening;
  }

  async #connect(): Promise<KafkajsCluster> {
    const cluster = this.#create();
    this.#cluster = cluster;
    try {
      await cluster.connect();
      await cluster.addMultipleTargetTopics(this.#topics);
    } catch (error) {
      if (this.#cluster === cluster) this.discard();
      throw error;
    }
    if (this.#closed) this.discard();
    return cluster;
  }

  #create(): KafkajsCluster {
    registerCodecs();
    const { brokers, clientId = 'understudy', ssl, sasl } = this.#options;
    return createCluster({
      brokers, clientId, connectionTimeout: CONNECT_WITHIN_MS, requestTimeout: ANSWER_WITHIN_MS, retry: RETRY, socketFactory: keepingSockets(this.#sockets), logCreator: () => this.#onLog,
      // Copies: kafkajs writes into what it is given.
      ...(ssl ? { ssl: ssl === true ? true : { ...ssl } } : {}), ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
    });
  }
}

async function findCoordinator(cluster: KafkajsCluster, kind: CoordinatorKind, id: string): Promise<number> {
  let failure: unknown;
  const found = await cluster.brokerPool.withBroker(async ({ broker }) => {
    try {
      return (await broker.findGroupCoordinator({ groupId: id, coordinatorType: COORDINATOR_TYPE[kind] })).coordinator.nodeId;
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  if (found === null) throw failure;
  return found;
}
