import { setTimeout as pause } from 'node:timers/promises';
import { type Fetched, fetchFrom, fetchUndecided } from './fetch.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { LATEST, offsetOfTime } from './offsets.ts';
import type { RecordBatch } from './protocol/record-batch.ts';
import { retrying } from './retrying.ts';
import type { WrittenOffsets } from './written-offsets.ts';

const RETRY_WITHIN_MS = 8_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;
/** A commit is decided when its transaction's coordinator has it; the partitions learn of it a few ms later. */
const WAIT_FOR_OWN_MS = 1_000;
const LOOK_AGAIN_MS = 2;

export interface FetchedPage extends Fetched {
  /** Nothing comes after it for now. */
  readonly isEnd: boolean;
}

/** Reads committed records by offset, without a group. Sees everything that this process was told is written. */
export class PartitionReader {
  readonly #cluster: KafkaCluster;
  readonly #written: WrittenOffsets;

  constructor(cluster: KafkaCluster, written: WrittenOffsets) {
    this.#cluster = cluster;
    this.#written = written;
  }

  /** One fetch: some records, or none at the end. A single batch may be larger than `maxBytes`. */
  async fetch(topic: string, partition: number, fromOffset: number, maxBytes = DEFAULT_MAX_BYTES): Promise<FetchedPage> {
    const wanted = this.#written.endOf(topic, partition);
    const giveUpAtMs = performance.now() + WAIT_FOR_OWN_MS;
    for (;;) {
      const fetched = await this.#fetchOnce(topic, partition, fromOffset, maxBytes);
      // Another process's open transaction may hold the partition up longer than anybody should wait.
      const isWhole = fetched.lastStableOffset >= wanted || performance.now() > giveUpAtMs;
      const isEnd = isWhole && (fetched.nextOffset >= fetched.lastStableOffset || fetched.nextOffset <= fromOffset);
      if (isWhole || fetched.nextOffset > fromOffset) return { ...fetched, isEnd };
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** The first offset from here on that holds a record, or the end of what can be read; past aborted records and the ends of transactions. */
  async skipToRecord(topic: string, partition: number, fromOffset: number): Promise<{ offset: number; endOffset: number; isEnd: boolean }> {
    let offset = fromOffset;
    for (;;) {
      const { records, nextOffset, lastStableOffset, isEnd } = await this.fetch(topic, partition, offset);
      if (records[0] !== undefined) return { offset: records[0].offset, endOffset: lastStableOffset, isEnd: false };
      if (isEnd) return { offset: nextOffset, endOffset: lastStableOffset, isEnd };
      offset = nextOffset;
    }
  }

  /** Everything from the offset to the end as it is now, decided or not. */
  async readUndecided(topic: string, partition: number, fromOffset: number): Promise<RecordBatch[]> {
    const all: RecordBatch[] = [];
    let endOffset = Number.POSITIVE_INFINITY;
    for (let offset = fromOffset; offset < endOffset; offset = (all.at(-1)?.lastOffset ?? offset) + 1) {
      const place = { topic, partition, fromOffset: offset, maxBytes: DEFAULT_MAX_BYTES };
      const { batches, highWatermark } = await retrying(this.#cluster, { withinMs: RETRY_WITHIN_MS }, async () => fetchUndecided(this.#cluster, await this.#cluster.leaderOf(topic, partition), place));
      endOffset = Math.min(endOffset, highWatermark);
      if (batches.length === 0) break;
      all.push(...batches);
    }
    return all;
  }

  async offsetAt(topic: string, partition: number, timeMs: number): Promise<number> {
    const found = await retrying(this.#cluster, { withinMs: RETRY_WITHIN_MS }, () => offsetOfTime(this.#cluster, topic, partition, Math.max(0, Math.trunc(timeMs))));
    return found < 0 ? this.endOf(topic, partition) : (await this.skipToRecord(topic, partition, found)).offset;
  }

  endOf(topic: string, partition: number): Promise<number> {
    return this.offsetOf(topic, partition, LATEST);
  }

  /** The offset after the last record, decided or not. */
  async highWatermark(topic: string, partition: number): Promise<number> {
    const endOffset = await this.endOf(topic, partition);
    return (await this.fetch(topic, partition, endOffset, 1)).highWatermark;
  }

  offsetOf(topic: string, partition: number, time: number): Promise<number> {
    return retrying(this.#cluster, { withinMs: RETRY_WITHIN_MS }, () => offsetOfTime(this.#cluster, topic, partition, time));
  }

  #fetchOnce(topic: string, partition: number, fromOffset: number, maxBytes: number): Promise<Fetched> {
    return retrying(this.#cluster, { withinMs: RETRY_WITHIN_MS }, async () => {
      const leader = await this.#cluster.leaderOf(topic, partition);
      const { fetched, failures } = await fetchFrom(this.#cluster, leader, [{ topic, partition, fromOffset, maxBytes }], { maxWaitMs: 0, maxBytes });
      if (fetched[0] !== undefined) return fetched[0];
      throw failures[0] ?? new Error(`the broker left ${topic}/${partition} out of its answer`);
    });
  }
}
