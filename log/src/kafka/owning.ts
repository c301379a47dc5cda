import type { TopicName } from '@understudy/contracts/topics';
import type { StoredState } from '../event-log.ts';
import { groupIdOf } from './group-id.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { EARLIEST } from './offsets.ts';
import { OwnedPartition, type StepCommitter } from './owned-partition.ts';
import { PartitionBuffer } from './partition-buffer.ts';
import { PartitionFetcher } from './partition-fetcher.ts';
import type { PartitionReader } from './partition-reader.ts';
import { addRecord, type PlacedRecords, type RecordPlacer } from './placed-records.ts';
import { explainProblem } from './problems.ts';
import { entryRecord, ownerName, positionRecord, type StateOwner } from './state-changelog.ts';
import type { StateView } from './state-view.ts';
import { STATE_TOPIC } from './topics/topic-plan.ts';
import type { TopicWaking } from './topic-waking.ts';
import { type Transaction, TransactionalProducer } from './transactional-producer.ts';
import type { WrittenOffsets } from './written-offsets.ts';

export interface OwningParts {
  readonly prefix: string;
  readonly openCluster: () => KafkaCluster;
  readonly reader: PartitionReader;
  readonly states: StateView;
  readonly placer: RecordPlacer;
  readonly written: WrittenOffsets;
  readonly waking: TopicWaking;
  readonly nowMs: () => number;
  readonly say: (text: string) => void;
}

/** A broker answers the requests of a connection one after the other, and a transaction has several: so many sets of connections share them. */
const LANES = 4;

/** Takes partitions over and runs their steps, one transactional id each. */
export class Owning {
  readonly #parts: OwningParts;
  readonly #owned = new Map<string, OwnedPartition>();
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
    this.#owned.get(name)?.fence();
    const producer = new TransactionalProducer(this.#lane(), this.#parts.prefix + name, this.#parts.nowMs);
    await producer.takeOver();
    const stored = await this.#stored(owner);
    const buffer = new PartitionBuffer(this.#parts.prefix + topic, partition, stored.nextOffset);
    const fetcher = this.#fetcherOf(group, topic);
    const committer = this.#committer(owner, producer, { buffer, fetcher, topic });
    const owned = new OwnedPartition({ topic, partition, stored, buffer, committer });
    this.#owned.get(name)?.fence();
    this.#owned.set(name, owned);
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
  async #stored(owner: StateOwner): Promise<StoredState> {
    try {
      const stored = (await this.#parts.states.takenOver(owner))?.stored();
      if (stored !== undefined) return stored;
      return { entries: new Map(), nextOffset: await this.#parts.reader.offsetOf(this.#parts.prefix + owner.topic, owner.partition, EARLIEST) };
    } catch (error) {
      throw explainProblem(error, 'reading a state');
    }
  }

  #committer(owner: StateOwner, producer: TransactionalProducer, at: { buffer: PartitionBuffer; fetcher: PartitionFetcher; topic: TopicName }): StepCommitter {
    const { nowMs, reader, waking } = this.#parts;
    return {
      nowMs,
      isUsable: () => producer.isUsable,
      fill: (buffer) => this.#fill(reader, buffer),
      commit: async ({ result, nextOffset }) => {
        const transaction = this.#transaction(owner, result, nextOffset);
        const outcome = await producer.commit(transaction);
        if (outcome.kind === 'committed') this.#noteWritten(transaction.parts, outcome.lastOffsets);
        return outcome;
      },
      release: async () => {
        at.fetcher.remove(at.buffer);
        waking.disowned(at.topic);
      },
    };
  }

  async #fill(reader: PartitionReader, buffer: PartitionBuffer): Promise<void> {
    try {
      for (;;) {
        const fetched = await reader.fetch(buffer.topic, buffer.partition, buffer.fetchFrom);
        buffer.add(fetched);
        if (!buffer.isEmpty || fetched.isEnd) return;
      }
    } catch (error) {
      throw explainProblem(error, 'reading records');
    }
  }

  /** The position is the last record: only with it the entries before it count. */
  #transaction(owner: StateOwner, { outputs, state }: Parameters<StepCommitter['commit']>[0]['result'], nextOffset: number): Transaction {
    const { prefix, placer, states } = this.#parts;
    const changes: PlacedRecords = { topic: prefix + STATE_TOPIC, partition: states.partitionOf(owner), records: [], bytes: 0, indexes: [] };
    for (const [key, value] of state ?? []) addRecord(changes, entryRecord(owner, key, value));
    addRecord(changes, positionRecord(owner, nextOffset));
    const offsets = { groupId: groupIdOf(prefix, owner.group, owner.topic), topic: prefix + owner.topic, partition: owner.partition, nextOffset };
    return { parts: [...placer.place(outputs), changes], offsets };
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
