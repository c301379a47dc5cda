import { setTimeout as pause } from 'node:timers/promises';
import { type Fetched, fetchFrom, fetchUndecided } from './fetch.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { LATEST, offsetOfTime } from './offsets.ts';
import { errorOfType } from './problems.ts';
import type { RecordBatch, StoredRecord } from './protocol/record-batch.ts';
import { retrying } from './retrying.ts';
import type { WrittenOffsets } from './written-offsets.ts';

const RETRY_WITHIN_MS = 8_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;
/** A commit is decided when its transaction's coordinator has it; the partitions learn of it a few ms later. */
const WAIT_FOR_OWN_MS = 1_000;
const FIRST_PAUSE_MS = 2;
/** Somebody else's open transaction may hold the partition up for 15 s. */
const LONGEST_PAUSE_MS = 50;
/** Enough for the small records and ends of transactions that mostly stand there. */
const ONE_RECORD_BYTES = 16 * 1024;

export interface FetchedPage extends Fetched {
  /** Nothing comes after it for now. */
  readonly isEnd: boolean;
}

/** Reads committed records by offset, without a group. Waits up to a second for what steps of this process have committed. */
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
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      const fetched = await this.#fetchOnce(topic, partition, fromOffset, maxBytes);
      // Another process's open transaction may hold the partition up longer than anybody should wait.
      const isWhole = fetched.lastStableOffset >= wanted || performance.now() > giveUpAtMs;
      const isEnd = isWhole && (fetched.nextOffset >= fetched.lastStableOffset || fetched.nextOffset <= fromOffset);
      if (isWhole || fetched.nextOffset > fromOffset) return { ...fetched, isEnd };
      await pause(pauseMs);
    }
  }

  /** The first offset from here on that holds a record, or the end of what can be read; past aborted records and the ends of transactions. */
  async skipToRecord(topic: string, partition: number, fromOffset: number): Promise<{ record: StoredRecord | undefined; offset: number; endOffset: number }> {
    let offset = fromOffset;
    for (;;) {
      const { records, nextOffset, lastStableOffset, isEnd } = await this.fetch(topic, partition, offset, ONE_RECORD_BYTES);
      const [record] = records;
      if (record !== undefined || isEnd) return { record, offset: record?.offset ?? nextOffset, endOffset: lastStableOffset };
      offset = nextOffset;
    }
  }

  /** Everything from the offset to the end as it is now, decided or not. */
  async readUndecided(topic: string, partition: number, fromOffset: number): Promise<RecordBatch[]> {
    const all: RecordBatch[] = [];
    const endOffset = await this.highWatermark(topic, partition);
    for (let offset = fromOffset; offset < endOffset; offset = (all.at(-1)?.lastOffset ?? offset) + 1) {
      const batches = await this.#undecidedFrom(topic, partition, offset, endOffset);
      if (batches.length === 0) break;
      all.push(...batches);
    }
    return all;
  }

  /** None when compaction has left nothing up to the end. A leader that does not show as much as the one before it is asked again. */
  #undecidedFrom(topic: string, partition: number, fromOffset: number, endOffset: number): Promise<RecordBatch[]> {
    return retrying(this.#cluster, { withinMs: RETRY_WITHIN_MS }, async () => {
      const leader = await this.#cluster.leaderOf(topic, partition);
      const { batches, highWatermark } = await fetchUndecided(this.#cluster, leader, { topic, partition, fromOffset, maxBytes: DEFAULT_MAX_BYTES });
      if (batches.length > 0 || highWatermark >= endOffset) return batches;
      throw errorOfType('OFFSET_NOT_AVAILABLE', `${topic}/${partition} shows ${highWatermark} of ${endOffset}`);
    });
  }

  async offsetAt(topic: string, partition: number, timeMs: number): Promise<number> {
    const found = await retrying(this.#cluster, { withinMs: RETRY_WITHIN_MS }, () => offsetOfTime(this.#cluster, topic, partition, Math.max(0, Math.trunc(timeMs))));
    return found < 0 ? this.endOf(topic, partition) : (await this.skipToRecord(topic, partition, found)).offset;
  }

  endOf(topic: string, partition: number): Promise<number> {
    return this.offsetOf(topic, partition, LATEST);
  }

  /** The offset after the last record, decided or not. */
  highWatermark(topic: string, partition: number): Promise<number> {
    return this.offsetOf(topic, partition, LATEST, 'replicated');
  }

  offsetOf(topic: string, partition: number, time: number, of: 'decided' | 'replicated' = 'decided'): Promise<number> {
    return retrying(this.#cluster, { withinMs: RETRY_WITHIN_MS }, () => offsetOfTime(this.#cluster, topic, partition, time, of));
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
