import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaCluster } from './kafka-cluster.ts';
import { AppendQueue, type AppendPart } from './append-queue.ts';
import { explainProblem, isRetryable, isStaleMetadata, isTooLarge, unavailable } from './problems.ts';
import { encodeBatch } from './protocol/encode-batch.ts';
import type { PlacedRecords } from './placed-records.ts';
import { ProduceRound } from './produce-round.ts';

export interface AppendOptions {
  /** An append that is not acknowledged by then fails; nobody knows whether it was written. */
  readonly withinMs: number;
  readonly maxBytesInFlight: number;
  readonly nowMs: () => number;
}

const DOING = 'appending records';
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
/** A stop has 5 s for everything. What is not acknowledged by then fails. */
const DRAIN_WITHIN_MS = 3_000;

/**
 * Writes what is not part of a step. Each partition has one batch under way; meanwhile the next one gathers, so the batches grow with the load. A batch whose
 * answer was lost is written again: its records may then be there twice, which whoever reads calls has to bear anyway.
 */
export class AppendProducer {
  readonly #cluster: KafkaCluster;
  readonly #options: AppendOptions;
  readonly #round: ProduceRound;
  readonly #queues = new Map<string, AppendQueue>();
  #bytesInFlight = 0;
  #flushScheduled = false;
  #lingerTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(cluster: KafkaCluster, options: AppendOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#round = new ProduceRound(cluster);
  }

  /** True when so many more bytes would be too many: the brokers take less than what arrives. */
  isFull(bytes: number): boolean {
    return this.#bytesInFlight > 0 && this.#bytesInFlight + bytes > this.#options.maxBytesInFlight;
  }

  /** The offset of each part's first record. */
  async append(parts: readonly PlacedRecords[]): Promise<number[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(unavailable(DOING, new Error(`no acknowledgement within ${this.#options.withinMs} ms`))), this.#options.withinMs);
    });
    try {
      return await Promise.race([Promise.all(parts.map((part) => this.#enqueue(part))), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when nothing is under way any more, or too late. */
  async drain(): Promise<void> {
    this.#closed = true;
    const giveUpAtMs = performance.now() + DRAIN_WITHIN_MS;
    clearTimeout(this.#lingerTimer);
    this.#flush();
    while (this.#bytesInFlight > 0 && performance.now() < giveUpAtMs) {
      await pause(5);
      this.#flush();
    }
  }

  #enqueue(placed: PlacedRecords): Promise<number> {
    const place = `${placed.topic}/${placed.partition}`;
    const queue = this.#queues.get(place) ?? new AppendQueue(placed.topic, placed.partition);
    this.#queues.set(place, queue);
    // Until it is settled here: the caller may have given it up long before.
    this.#bytesInFlight += placed.bytes;
    return new Promise<number>((resolve, reject) => {
      queue.push({ placed, resolve, reject, expiresAtMs: performance.now() + this.#options.withinMs });
      if (this.#flushScheduled) return;
      this.#flushScheduled = true;
      setImmediate(() => this.#flush());
    }).finally(() => {
      this.#bytesInFlight -= placed.bytes;
    });
  }

  #flush(): void {
    this.#flushScheduled = false;
    clearTimeout(this.#lingerTimer);
    this.#lingerTimer = undefined;
    const nowMs = performance.now();
    let lingerMs = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues.values()) {
      const waitMs = this.#closed ? queue.waitMs(Number.POSITIVE_INFINITY) : queue.waitMs(nowMs);
      if (waitMs === undefined) continue;
      if (waitMs <= 0) void this.#deliver(queue, queue.take(nowMs));
      else lingerMs = Math.min(lingerMs, waitMs);
    }
    if (lingerMs < Number.POSITIVE_INFINITY) this.#lingerTimer = setTimeout(() => this.#flush(), lingerMs);
  }

  async #deliver(queue: AppendQueue, parts: readonly AppendPart[]): Promise<void> {
    // Whoever gave them has been told that they failed, and sends them again.
    await this.#write(queue, dropExpired(parts, new Error('it waited too long for its turn')));
    queue.done();
    if (queue.waitMs(Number.POSITIVE_INFINITY) !== undefined && !this.#flushScheduled) {
      this.#flushScheduled = true;
      setImmediate(() => this.#flush());
    }
  }

  /** Settles every part. */
  async #write(queue: AppendQueue, parts: readonly AppendPart[]): Promise<void> {
    let left = parts;
    for (let pauseMs = FIRST_PAUSE_MS; left.length > 0; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      try {
        return resolveParts(left, await this.#produce(queue, left));
      } catch (error) {
        if (isTooLarge(error) && left.length > 1) return this.#writeEachAlone(queue, left);
        if (!isRetryable(error)) return rejectParts(left, explainProblem(error, DOING));
        await pause(pauseMs);
        if (isStaleMetadata(error)) await this.#cluster.refresh().catch(() => undefined);
        left = dropExpired(left, error);
      }
    }
  }

  async #writeEachAlone(queue: AppendQueue, parts: readonly AppendPart[]): Promise<void> {
    for (const part of parts) await this.#write(queue, [part]);
  }

  #produce(queue: AppendQueue, parts: readonly AppendPart[]): Promise<number> {
    const batch = encodeBatch(parts.flatMap(({ placed }) => placed.records), this.#options.nowMs());
    return this.#round.send({ topic: queue.topic, partition: queue.partition, batch });
  }
}

function resolveParts(parts: readonly AppendPart[], baseOffset: number): void {
  let offset = baseOffset;
  for (const { placed, resolve } of parts) {
    resolve(offset);
    offset += placed.records.length;
  }
}

function rejectParts(parts: readonly AppendPart[], error: unknown): void {
  for (const { reject } of parts) reject(error);
}

function dropExpired(parts: readonly AppendPart[], cause: unknown): AppendPart[] {
  const nowMs = performance.now();
  const expired = parts.filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
  rejectParts(expired, explainProblem(cause, DOING));
  return parts.filter((part) => !expired.includes(part));
}
