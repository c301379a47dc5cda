import { errorOfCode } from './kafkajs-internals.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { produceCall, type ProducedBatch } from './protocol/produce-call.ts';
import { sendPieces } from './protocol/send-pieces.ts';

interface Waiting {
  readonly batch: ProducedBatch;
  readonly resolve: (baseOffset: number) => void;
  readonly reject: (error: unknown) => void;
}

/** The broker waits so long for its replicas. */
const REPLICATED_WITHIN_MS = 5_000;

/** Batches that are sent in the same turn of the event loop share one request to each broker; each has its own fate. */
export class ProduceRound {
  readonly #cluster: KafkaCluster;
  readonly #transactionalId: string | undefined;
  #waiting: Waiting[] = [];

  constructor(cluster: KafkaCluster, transactionalId?: string) {
    this.#cluster = cluster;
    this.#transactionalId = transactionalId;
  }

  /** The offset of the batch's first record. At most one batch a partition may be under way. */
  send(batch: ProducedBatch): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) queueMicrotask(() => void this.#flush());
      this.#waiting.push({ batch, resolve, reject });
    });
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const byLeader = new Map<number, Waiting[]>();
    await Promise.all(waiting.map(async (one) => {
      try {
        const leader = await this.#cluster.leaderOf(one.batch.topic, one.batch.partition);
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), one]);
      } catch (error) {
        one.reject(error);
      }
    }));
    for (const [leader, batches] of byLeader) void this.#sendTo(leader, batches);
  }

  async #sendTo(leader: number, waiting: readonly Waiting[]): Promise<void> {
    try {
      const call = produceCall(waiting.map(({ batch }) => batch), { timeoutMs: REPLICATED_WITHIN_MS, transactionalId: this.#transactionalId });
      const answers = await this.#cluster.ask(leader, (broker) => sendPieces(broker, call));
      for (const { batch, resolve, reject } of waiting) {
        const answer = answers.find(({ topic, partition }) => topic === batch.topic && partition === batch.partition);
        if (answer === undefined) reject(new Error(`the broker left ${batch.topic}/${batch.partition} out of its answer`));
        else if (answer.errorCode === 0) resolve(answer.baseOffset);
        else reject(errorOfCode(answer.errorCode));
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
