import { setTimeout as pause } from 'node:timers/promises';
import { fetchFrom } from './fetch.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { LATEST, offsetOfTime } from './offsets.ts';
import { LONG_POLL_MS } from './partition-fetcher.ts';
import { isStaleMetadata } from './problems.ts';
import type { FetchPlace } from './protocol/fetch-call.ts';

const FAILURE_PAUSE_MS = 500;

interface Watched {
  readonly topic: string;
  readonly partition: number;
  endOffset: number;
}

/** Notices what is appended to topics that this process listens to without owning a partition of them. What it fetches it throws away. */
export class TopicWatcher {
  readonly #cluster: KafkaCluster;
  readonly #onAppend: (topic: string) => void;
  readonly #topics = new Map<string, Watched[]>();
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(cluster: KafkaCluster, onAppend: (topic: string) => void) {
    this.#cluster = cluster;
    this.#onAppend = onAppend;
  }

  watch(topic: string): void {
    if (!this.#topics.has(topic)) this.#topics.set(topic, []);
    this.#running ??= this.#run();
  }

  unwatch(topic: string): void {
    this.#topics.delete(topic);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cluster.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped && this.#topics.size > 0) {
      try {
        await this.#begin();
        await this.#poll();
      } catch (error) {
        if (this.#stopped) return;
        await pause(FAILURE_PAUSE_MS);
        if (isStaleMetadata(error)) await this.#cluster.refresh().catch(() => undefined);
      }
    }
    this.#running = undefined;
  }

  /** From now on; what came between the wish and this is told of at once. */
  async #begin(): Promise<void> {
    for (const [topic, watched] of this.#topics) {
      if (watched.length > 0) continue;
      const count = await this.#cluster.partitionCount(topic);
      const ends = await Promise.all(Array.from({ length: count }, (_, partition) => offsetOfTime(this.#cluster, topic, partition, LATEST)));
      watched.push(...ends.map((endOffset, partition) => ({ topic, partition, endOffset })));
      this.#onAppend(topic);
    }
  }

  async #poll(): Promise<void> {
    const byLeader = new Map<number, Watched[]>();
    for (const watched of [...this.#topics.values()].flat()) {
      const leader = await this.#cluster.leaderOf(watched.topic, watched.partition);
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), watched]);
    }
    const outcomes = await Promise.allSettled([...byLeader].map(([leader, some]) => this.#pollLeader(leader, some)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #pollLeader(leader: number, watched: readonly Watched[]): Promise<void> {
    const places = watched.map(({ topic, partition, endOffset }): FetchPlace => ({ topic, partition, fromOffset: endOffset, maxBytes: 1 }));
    const { fetched, failures } = await fetchFrom(this.#cluster, leader, places, { maxWaitMs: LONG_POLL_MS, maxBytes: 1 });
    const changed = new Set<string>();
    for (const { topic, partition, fromOffset, nextOffset, lastStableOffset } of fetched) {
      const one = watched.find((candidate) => candidate.topic === topic && candidate.partition === partition);
      if (one === undefined) continue;
      const endOffset = Math.max(nextOffset, lastStableOffset);
      if (endOffset !== fromOffset) changed.add(topic);
      one.endOffset = endOffset;
    }
    for (const topic of changed) this.#onAppend(topic);
    if (failures.length > 0) throw failures[0];
  }
}
