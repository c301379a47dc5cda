import { setTimeout as pause } from 'node:timers/promises';
import { fetchFrom } from './fetch.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import type { PartitionBuffer } from './partition-buffer.ts';
import { isStaleMetadata } from './problems.ts';
import type { FetchPlace } from './protocol/fetch-call.ts';

/** A broker that has nothing new answers after so long at the latest. */
export const LONG_POLL_MS = 250;
const PARTITION_BYTES = 1024 * 1024;
const ANSWER_BYTES = 8 * 1024 * 1024;
/** While a buffer is full. */
const FULL_PAUSE_MS = 5;
const FAILURE_PAUSE_MS = 200;
/** In place of a leader's number. */
const NO_LEADER = -1;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Keeps the buffers of one group's partitions of a topic filled, with one waiting request to each broker that leads some of them. It has connections of its
 * own: a request that waits at the broker holds up all that come after it.
 */
export class PartitionFetcher {
  readonly #cluster: KafkaCluster;
  readonly #onData: () => void;
  /** Hears the first failure of a row. */
  readonly #onTrouble: (error: unknown) => void;
  readonly #buffers = new Map<number, PartitionBuffer>();
  /** By leader. */
  readonly #underWay = new Map<number, Promise<void>>();
  /** In a row, by leader. */
  readonly #failures = new Map<number, number>();
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #turn = 0;

  constructor(cluster: KafkaCluster, listeners: { onData: () => void; onTrouble: (error: unknown) => void }) {
    this.#cluster = cluster;
    this.#onData = listeners.onData;
    this.#onTrouble = listeners.onTrouble;
  }

  /** In place of what this process had of the partition before. */
  add(buffer: PartitionBuffer): void {
    this.#buffers.set(buffer.partition, buffer);
    this.#running ??= this.#run();
    this.#wake?.();
  }

  remove(buffer: PartitionBuffer): void {
    if (this.#buffers.get(buffer.partition) === buffer) this.#buffers.delete(buffer.partition);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cluster.close();
    this.#wake?.();
    await this.#running;
  }

  /** A broker that does not answer holds up its own partitions only. */
  async #run(): Promise<void> {
    while (!this.#stopped) {
      for (const [leader, places] of await this.#placesByLeader()) this.#underWay.set(leader, this.#fetchFromLeader(leader, places));
      await Promise.race([...this.#underWay.values(), this.#rest()]);
      this.#wake?.();
    }
    await Promise.all(this.#underWay.values());
  }

  /** Of the leaders that are not being asked already. */
  async #placesByLeader(): Promise<Map<number, FetchPlace[]>> {
    const byLeader = new Map<number, FetchPlace[]>();
    let failure: unknown;
    for (const place of this.#places()) {
      try {
        const leader = await this.#cluster.leaderOf(place.topic, place.partition);
        if (!this.#underWay.has(leader)) byLeader.set(leader, [...(byLeader.get(leader) ?? []), place]);
      } catch (error) {
        failure = error;
      }
    }
    // While others can be asked, looking for a leader again can wait for them.
    if (failure !== undefined && byLeader.size === 0 && this.#underWay.size === 0) await this.#afterFailure(NO_LEADER, failure);
    return byLeader;
  }

  /** Never rejects. */
  async #fetchFromLeader(leader: number, places: readonly FetchPlace[]): Promise<void> {
    try {
      await this.#fetch(leader, places);
      this.#failures.delete(leader);
      this.#failures.delete(NO_LEADER);
    } catch (error) {
      await this.#afterFailure(leader, error);
    } finally {
      this.#underWay.delete(leader);
    }
  }

  async #afterFailure(leader: number, error: unknown): Promise<void> {
    if (this.#stopped) return;
    const failures = (this.#failures.get(leader) ?? 0) + 1;
    this.#failures.set(leader, failures);
    if (failures === 1) this.#onTrouble(error);
    await pause(Math.min(LONGEST_PAUSE_MS, FAILURE_PAUSE_MS * failures));
    if (isStaleMetadata(error)) await this.#cluster.refresh().catch(() => undefined);
  }

  /** The order turns, since a broker fills its answer in the order of the request. */
  #places(): FetchPlace[] {
    const buffers = [...this.#buffers.values()].filter((buffer) => !buffer.isFull);
    const first = buffers.length === 0 ? 0 : this.#turn++ % buffers.length;
    return [...buffers.slice(first), ...buffers.slice(0, first)].map(({ topic, partition, fetchFrom: fromOffset }) => ({ topic, partition, fromOffset, maxBytes: PARTITION_BYTES }));
  }

  async #fetch(leader: number, places: readonly FetchPlace[]): Promise<void> {
    const { fetched, failures } = await fetchFrom(this.#cluster, leader, places, { maxWaitMs: LONG_POLL_MS, maxBytes: ANSWER_BYTES });
    let brought = false;
    for (const one of fetched) {
      if (one.lost !== undefined) this.#onTrouble(new Error(one.lost));
      if (this.#buffers.get(one.partition)?.add(one) === true) brought = true;
    }
    if (brought) this.#onData();
    if (failures.length > 0) throw failures[0];
  }

  /** Until there may be something else to ask for. */
  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const waitsForRoom = [...this.#buffers.values()].some((buffer) => buffer.isFull);
      const timer = setTimeout(resolve, waitsForRoom ? FULL_PAUSE_MS : LONG_POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
