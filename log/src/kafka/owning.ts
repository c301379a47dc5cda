import type { TopicName } from '@understudy/contracts/topics';
import type { StoredState } from '../event-log.ts';
import { groupIdOf } from './group-id.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { EARLIEST } from './offsets.ts';
import { OwnedPartition, type StepCommitter } from './owned-partition.ts';
import { PartitionBuffer } from './partition-buffer.ts';
import { PartitionFetcher } from './partition-fetcher.ts';
import type { PartitionReader } from './partition-reader.ts';
import type { PlacedRecords, RecordPlacer } from './placed-records.ts';
import { closed, explainProblem } from './problems.ts';
import { ownerName, type StateOwner } from './state-changelog.ts';
import type { StateView } from './state-view.ts';
import { type StatePlaces, StepRecords } from './step-records.ts';
import type { TopicWaking } from './topic-waking.ts';
import { TransactionalProducer } from './transactional-producer.ts';
import type { WrittenOffsets } from './written-offsets.ts';

export interface OwningParts {
  readonly prefix: string;
  readonly openCluster: () => KafkaCluster;
  readonly reader: PartitionReader;
  readonly states: StateView;
  readonly placer: RecordPlacer;
  readonly written: WrittenOffsets;
  readonly waking: TopicWaking;
  readonly placesOf: (owner: StateOwner) => StatePlaces;
  readonly checkpointEveryMs: number;
  readonly nowMs: () => number;
  readonly say: (text: string) => void;
}

interface OwnParts {
  readonly producer: TransactionalProducer;
  readonly stepRecords: StepRecords;
  readonly buffer: PartitionBuffer;
  readonly fetcher: PartitionFetcher;
  readonly topic: TopicName;
}

/** A broker answers the requests of a connection one after the other, and a transaction has several: so many sets of connections share them. */
const LANES = 4;

/** Takes partitions over and runs their steps, one transactional id each. */
export class Owning {
  readonly #parts: OwningParts;
  readonly #owned = new Map<string, OwnedPartition>();
  readonly #attempts = new Map<string, number>();
  readonly #fetchers = new Map<string, PartitionFetcher>();
  readonly #lanes: KafkaCluster[] = [];
  #nextLane = 0;
  #isClosed = false;

  constructor(parts: OwningParts) {
    this.#parts = parts;
  }

  async acquire(group: string, topic: TopicName, partition: number): Promise<OwnedPartition> {
    const owner: StateOwner = { group, topic, partition };
    const name = ownerName(owner);
    const attempt = (this.#attempts.get(name) ?? 0) + 1;
    this.#attempts.set(name, attempt);
    this.#owned.get(name)?.fence();
    const producer = new TransactionalProducer(this.#lane(), this.#parts.prefix + name, this.#parts.nowMs);
    await producer.takeOver();
    const begin = await this.#begin(owner);
    const { stored } = begin;
    const buffer = new PartitionBuffer(this.#parts.prefix + topic, partition, stored.nextOffset);
    const fetcher = this.#fetcherOf(group, topic);
    const stepRecords = new StepRecords(owner, this.#parts.placesOf(owner), this.#parts.checkpointEveryMs, begin);
    const committer = this.#committer(owner, { producer, stepRecords, buffer, fetcher, topic });
    const owned = new OwnedPartition({ topic, partition, stored, buffer, committer });
    if (this.#isClosed) throw closed();
    this.#owned.get(name)?.fence();
    this.#owned.set(name, owned);
    // A later attempt of this process has the id by now: only that one counts.
    if (this.#attempts.get(name) !== attempt) {
      owned.fence();
      return owned;
    }
    fetcher.add(buffer);
    this.#parts.waking.owned(topic);
    return owned;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const owned of this.#owned.values()) owned.fence();
    this.#owned.clear();
    for (const lane of this.#lanes) lane.close();
    await Promise.all([...this.#fetchers.values()].map((fetcher) => fetcher.stop()));
    this.#fetchers.clear();
  }

  /** As the changelog has it: nothing of the previous owner is under way any more. */
  async #begin(owner: StateOwner): Promise<{ stored: StoredState; checkpointAtMs: number | undefined }> {
    try {
      const state = await this.#parts.states.takenOver(owner);
      const stored = state?.stored();
      if (stored !== undefined) return { stored, checkpointAtMs: state?.checkpointAtMs };
      const nextOffset = await this.#parts.reader.offsetOf(this.#parts.prefix + owner.topic, owner.partition, EARLIEST);
      return { stored: { entries: new Map(), nextOffset }, checkpointAtMs: undefined };
    } catch (error) {
      throw explainProblem(error, 'reading a state');
    }
  }

  #committer(owner: StateOwner, own: OwnParts): StepCommitter {
    const { nowMs, reader, waking, prefix, placer } = this.#parts;
    const { producer } = own;
    const offsetsOf = (nextOffset: number) => ({ groupId: groupIdOf(prefix, owner.group, owner.topic), topic: prefix + owner.topic, partition: owner.partition, nextOffset });
    return {
      nowMs,
      isUsable: () => producer.isUsable,
      fill: (buffer) => this.#fill(reader, buffer),
      commit: async (step) => {
        // First of all: a record that fits nowhere throws, and nothing has happened.
        const outputs = placer.place(step.result.outputs);
        const parts = [...outputs, ...own.stepRecords.of(step)];
        const outcome = await producer.commit({ parts, offsets: offsetsOf(step.nextOffset) });
        if (outcome.kind === 'committed') this.#noteWritten(parts, outcome.lastOffsets);
        return outcome;
      },
      release: () => {
        own.fetcher.remove(own.buffer);
        waking.disowned(own.topic);
      },
    };
  }

  async #fill(reader: PartitionReader, buffer: PartitionBuffer): Promise<void> {
    try {
      for (;;) {
        const fetched = await reader.fetch(buffer.topic, buffer.partition, buffer.fetchFrom);
        if (fetched.lost !== undefined) this.#parts.say(fetched.lost);
        buffer.add(fetched);
        if (!buffer.isEmpty || fetched.isEnd) return;
      }
    } catch (error) {
      throw explainProblem(error, 'reading records');
    }
  }

  #noteWritten(parts: readonly PlacedRecords[], lastOffsets: readonly number[]): void {
    for (const [index, { topic, partition }] of parts.entries()) this.#parts.written.note(topic, partition, (lastOffsets[index] ?? -1) + 1);
  }

  #fetcherOf(group: string, topic: TopicName): PartitionFetcher {
    const name = `${group}/${topic}`;
    const { openCluster, waking, say } = this.#parts;
    const fetcher = this.#fetchers.get(name) ?? new PartitionFetcher(openCluster(), {
      onData: () => waking.notify(topic),
      onTrouble: (error) => say(`cannot read ${topic}: ${error instanceof Error ? error.message : String(error)}; trying again`),
    });
    this.#fetchers.set(name, fetcher);
    return fetcher;
  }

  #lane(): KafkaCluster {
    const index = this.#nextLane++ % LANES;
    const lane = this.#lanes[index] ?? this.#parts.openCluster();
    this.#lanes[index] = lane;
    if (this.#isClosed) lane.close();
    return lane;
  }
}
