import type { KafkaCluster } from './kafka-cluster.ts';
import type { PlacedRecords } from './placed-records.ts';
import { explainProblem, isConnectionTrouble, isFenced, unavailable } from './problems.ts';
import { encodeBatch, type OutgoingRecord } from './protocol/encode-batch.ts';
import { ProduceRound } from './produce-round.ts';
import { type RetryOptions, retrying } from './retrying.ts';
import { splitIntoBatches } from './split-batches.ts';

/** What one transaction writes. */
export interface Transaction {
  readonly parts: readonly PlacedRecords[];
  readonly offsets: { readonly groupId: string; readonly topic: string; readonly partition: number; readonly nextOffset: number };
}

export type TransactionOutcome = { readonly kind: 'committed'; readonly lastOffsets: readonly number[] } | { readonly kind: 'fenced' };

/** The broker gives a transaction up that is not ended by then: until that time it can hold up who reads what it wrote to. */
export const TRANSACTION_TIMEOUT_MS = 15_000;
/** A commit whose end is not known by then is left to the next owner, which ends it one way or the other. */
const COMMIT_WITHIN_MS = 12_000;
/** A transaction of the previous owner may have to run into its time-out first. */
const TAKE_OVER_WITHIN_MS = 30_000;
const SEQUENCES = 0x8000_0000;

interface Identity {
  readonly producerId: string;
  readonly producerEpoch: number;
}

/**
 * Commits transactions under one transactional id. Whoever takes the id over makes every later commit of this one fail. After a failure nothing more can be
 * done with it: it is unknown, or not worth knowing, what the broker has of it.
 */
export class TransactionalProducer {
  readonly #cluster: KafkaCluster;
  readonly #transactionalId: string;
  readonly #nowMs: () => number;
  readonly #round: ProduceRound;
  readonly #sequences = new Map<string, number>();
  #identity: Identity | undefined;

  constructor(cluster: KafkaCluster, transactionalId: string, nowMs: () => number) {
    this.#cluster = cluster;
    this.#transactionalId = transactionalId;
    this.#nowMs = nowMs;
    this.#round = new ProduceRound(cluster, transactionalId);
  }

  /** Fences whoever had the id, and returns when what was under way of it is committed or aborted. */
  async takeOver(): Promise<void> {
    try {
      this.#identity = await retrying(this.#cluster, { withinMs: TAKE_OVER_WITHIN_MS }, () =>
        this.#askCoordinator((broker) => broker.initProducerId({ transactionalId: this.#transactionalId, transactionTimeout: TRANSACTION_TIMEOUT_MS })),
      );
    } catch (error) {
      throw explainProblem(error, `taking over ${this.#transactionalId}`);
    }
  }

  /** False after a failure, or when the end of a transaction had to be asked for over another connection. */
  get isUsable(): boolean {
    return this.#identity !== undefined;
  }

  /** Throws when it is not committed, or when nobody knows. */
  async commit(transaction: Transaction): Promise<TransactionOutcome> {
    const identity = this.#identity;
    if (identity === undefined) throw unavailable('committing a step', new Error('the producer has no id'));
    try {
      return { kind: 'committed', lastOffsets: await this.#commit(transaction, identity) };
    } catch (error) {
      this.#identity = undefined;
      if (isFenced(error)) return { kind: 'fenced' };
      if (!isConnectionTrouble(error)) await this.#abort(identity);
      throw explainProblem(error, 'committing a step');
    }
  }

  async #commit({ parts, offsets }: Transaction, identity: Identity): Promise<number[]> {
    const endAtMs = performance.now() + COMMIT_WITHIN_MS;
    let hasFailed = false;
    const within = () => ({ withinMs: endAtMs - performance.now(), isOver: () => hasFailed });
    const names = { transactionalId: this.#transactionalId, ...identity };
    await retrying(this.#cluster, within(), () => this.#askCoordinator((broker) => broker.addPartitionsToTxn({ ...names, topics: topicsOf(parts) })));
    const writing = [...parts.map((part) => this.#write(part, identity, within)), this.#writeOffsets(names, offsets, within).then(() => -1)].map((write) => write.catch((error: unknown) => {
      hasFailed = true;
      throw error;
    }));
    // All of them come to an end before anything is aborted: what arrived later would belong to no transaction, or to the next one.
    await Promise.allSettled(writing);
    const lastOffsets = (await Promise.all(writing)).slice(0, -1);
    await this.#end(names, within);
    return lastOffsets;
  }

  /**
   * When the connection broke, the first request to end it may still lie at the broker, and would end the next transaction half-way: then this was the last one
   * of this id and epoch.
   */
  async #end(names: Identity & { transactionalId: string }, within: () => RetryOptions): Promise<void> {
    await retrying(this.#cluster, within(), async () => {
      try {
        await this.#askCoordinator((broker) => broker.endTxn({ ...names, transactionResult: true }));
      } catch (error) {
        if (isConnectionTrouble(error)) this.#identity = undefined;
        throw error;
      }
    });
  }

  /** The group's offset, for tools that look at Kafka's own. */
  async #writeOffsets(names: Identity & { transactionalId: string }, { groupId, topic, partition, nextOffset }: Transaction['offsets'], within: () => RetryOptions): Promise<void> {
    await retrying(this.#cluster, within(), () => this.#askCoordinator((broker) => broker.addOffsetsToTxn({ ...names, groupId })));
    const topics = [{ topic, partitions: [{ partition, offset: nextOffset }] }];
    await retrying(this.#cluster, within(), () => this.#cluster.askCoordinator('group', groupId, (broker) => broker.txnOffsetCommit({ ...names, groupId, topics })));
  }

  /** The batches of one partition, in order. Returns the last offset. */
  async #write({ topic, partition, records }: PlacedRecords, identity: Identity, within: () => RetryOptions): Promise<number> {
    let lastOffset = 0;
    for (const some of splitIntoBatches(records)) {
      if (within().isOver?.() === true) break;
      lastOffset = await this.#writeBatch(topic, partition, some, identity, within);
    }
    return lastOffset;
  }

  /** Written again under its first sequence number, a batch whose answer was lost is there once. */
  async #writeBatch(topic: string, partition: number, records: readonly OutgoingRecord[], identity: Identity, within: () => RetryOptions): Promise<number> {
    const place = `${topic}/${partition}`;
    const firstSequence = this.#sequences.get(place) ?? 0;
    this.#sequences.set(place, (firstSequence + records.length) % SEQUENCES);
    const batch = encodeBatch(records, this.#nowMs(), { producerId: Number(identity.producerId), producerEpoch: identity.producerEpoch, firstSequence });
    const baseOffset = await retrying(this.#cluster, within(), () => this.#round.send({ topic, partition, batch }));
    return baseOffset + records.length - 1;
  }

  /** So that nobody waits for the time-out. Best effort: the next owner aborts it as well. */
  async #abort(identity: Identity): Promise<void> {
    const names = { transactionalId: this.#transactionalId, ...identity };
    await this.#askCoordinator((broker) => broker.endTxn({ ...names, transactionResult: false })).catch(() => undefined);
  }

  #askCoordinator<Answer>(ask: Parameters<typeof KafkaCluster.prototype.askCoordinator<Answer>>[2]): Promise<Answer> {
    return this.#cluster.askCoordinator('transaction', this.#transactionalId, ask);
  }
}

function topicsOf(parts: readonly PlacedRecords[]): { topic: string; partitions: number[] }[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of parts) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}
