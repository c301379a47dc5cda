import { TOPICS, type TopicName } from '@understudy/contracts/topics';
import type { AppendOutcome, EventLog, NewRecord, PartitionOwnership, ReadResult, StateChanges, StoredState, Subscription } from '../event-log.ts';
import { AppendProducer } from './append-producer.ts';
import { CheckpointReader } from './checkpoint-reader.ts';
import { saysWhatMatters } from './connection-log.ts';
import type { KafkaConnectionOptions } from './connection.ts';
import { DEFAULT_KAFKA_LIMITS, type KafkaLogLimits } from './kafka-limits.ts';
import { groupIdOf } from './group-id.ts';
import { KafkaCluster } from './kafka-cluster.ts';
import { joinGroup } from './membership/join-group.ts';
import type { OwnedPartition } from './owned-partition.ts';
import { Owning } from './owning.ts';
import { PartitionReader } from './partition-reader.ts';
import { checkPartition, RecordPlacer } from './placed-records.ts';
import { closed, explainProblem } from './problems.ts';
import { readPage } from './read-page.ts';
import type { StateOwner } from './state-changelog.ts';
import { StateView } from './state-view.ts';
import { CHECKPOINT_TOPIC, STATE_TOPIC } from './topics/topic-plan.ts';
import type { StatePlaces } from './step-records.ts';
import { countPartitions } from './topic-counts.ts';
import { TopicWaking } from './topic-waking.ts';
import { WrittenOffsets } from './written-offsets.ts';

export interface KafkaLogOptions extends KafkaConnectionOptions {
  /** Before the names of topics, groups and transactional ids: several installations can share a cluster. */
  readonly topicPrefix?: string;
  readonly now?: () => number;
  readonly say?: (text: string) => void;
  readonly limits?: Partial<KafkaLogLimits>;
}

/** Fails when no broker answers, and when a topic is missing. */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const prefix = options.topicPrefix ?? '';
  const topics = [...Object.values(TOPICS).map(({ name }) => name), STATE_TOPIC, CHECKPOINT_TOPIC].map((name) => prefix + name);
  const say = options.say ?? (() => undefined);
  // One for all connections: what befalls them together is said once.
  const onLog = saysWhatMatters(say);
  const openCluster = () => new KafkaCluster(options, topics, onLog);
  const requests = openCluster();
  try {
    const counts = await countPartitions(requests, topics);
    return new KafkaLog({ options, prefix, counts, requests, openCluster, say });
  } catch (error) {
    requests.close();
    throw explainProblem(error, 'opening the log');
  }
}

interface KafkaLogParts {
  readonly options: KafkaLogOptions;
  readonly prefix: string;
  /** Partitions of each topic, by its name with the prefix; as they were when the log was opened. */
  readonly counts: ReadonlyMap<string, number>;
  readonly requests: KafkaCluster;
  readonly openCluster: () => KafkaCluster;
  readonly say: (text: string) => void;
}

class KafkaLog implements EventLog {
  readonly #parts: KafkaLogParts;
  readonly #limits: KafkaLogLimits;
  readonly #placer: RecordPlacer;
  readonly #reader: PartitionReader;
  readonly #states: StateView;
  readonly #checkpoints: CheckpointReader;
  readonly #appendCluster: KafkaCluster;
  readonly #appends: AppendProducer;
  readonly #waking: TopicWaking;
  readonly #owning: Owning;
  readonly #subscriptions = new Set<Subscription>();
  #closed: Promise<void> | undefined;

  constructor(parts: KafkaLogParts) {
    const { options, prefix, openCluster, requests } = parts;
    const nowMs = options.now ?? Date.now;
    const written = new WrittenOffsets();
    this.#parts = parts;
    this.#limits = { ...DEFAULT_KAFKA_LIMITS, ...options.limits };
    this.#placer = new RecordPlacer(prefix, (topic) => this.partitionCount(topic));
    this.#reader = new PartitionReader(requests, written);
    this.#states = new StateView(this.#reader, prefix + STATE_TOPIC, parts.counts.get(prefix + STATE_TOPIC) ?? 1);
    this.#checkpoints = new CheckpointReader(this.#reader, prefix + CHECKPOINT_TOPIC, parts.counts.get(prefix + CHECKPOINT_TOPIC) ?? 1);
    this.#appendCluster = openCluster();
    this.#appends = new AppendProducer(this.#appendCluster, { withinMs: this.#limits.appendWithinMs, maxBytesInFlight: this.#limits.maxBytesInFlight, nowMs });
    this.#waking = new TopicWaking(openCluster, prefix);
    this.#owning = new Owning({ prefix, openCluster, reader: this.#reader, states: this.#states, placer: this.#placer, written, waking: this.#waking, placesOf: (owner) => this.#placesOf(owner), checkpointEveryMs: this.#limits.checkpointEveryMs, nowMs, say: parts.say });
  }

  async append(records: readonly NewRecord[]): Promise<AppendOutcome> {
    this.#mustBeOpen();
    const placed = this.#placer.place(records);
    const bytes = placed.reduce((sum, part) => sum + part.bytes, 0);
    if (this.#appends.isFull(bytes)) return { kind: 'full', retryAfterMs: this.#limits.retryAfterMs, reason: 'Kafka takes less than what arrives' };
    const baseOffsets = await this.#appends.append(placed);
    const offsets = new Array<number>(records.length).fill(0);
    for (const [part, { indexes }] of placed.entries()) for (const [place, index] of indexes.entries()) offsets[index] = (baseOffsets[part] ?? 0) + place;
    for (const topic of new Set(records.map((record) => record.topic))) this.#waking.notify(topic);
    return { kind: 'appended', offsets };
  }

  partitionCount(topic: TopicName): number {
    return this.#parts.counts.get(this.#parts.prefix + topic) ?? 0;
  }

  async subscribe(group: string, topic: TopicName, onAssigned: (partitions: readonly number[]) => void): Promise<Subscription> {
    this.#mustBeOpen();
    const { prefix, options, say } = this.#parts;
    const membership = joinGroup(options, { groupId: groupIdOf(prefix, group, topic), topic: prefix + topic, onAssigned, say });
    this.#subscriptions.add(membership);
    return {
      healthy: () => membership.healthy(),
      leave: () => {
        this.#subscriptions.delete(membership);
        return membership.leave();
      },
    };
  }

  async acquire(group: string, topic: TopicName, partition: number): Promise<PartitionOwnership> {
    this.#place(topic, partition);
    return this.#owning.acquire(group, topic, partition) satisfies Promise<OwnedPartition>;
  }

  async read(topic: TopicName, partition: number, fromOffset: number, limits?: { maxRecords?: number; maxBytes?: number }): Promise<ReadResult> {
    const name = this.#place(topic, partition);
    return this.#explained('reading records', () => readPage(this.#reader, name, partition, fromOffset, limits));
  }

  async offsetAt(topic: TopicName, partition: number, appendedAtMs: number): Promise<number> {
    const name = this.#place(topic, partition);
    return this.#explained('looking for a time', () => this.#reader.offsetAt(name, partition, appendedAtMs));
  }

  async readPosition(group: string, topic: TopicName, partition: number): Promise<number | undefined> {
    const name = this.#place(topic, partition);
    return this.#explained('reading a position', async () => {
      const nextOffset = (await this.#states.ownerState({ group, topic, partition }))?.nextOffset;
      // Past the ends of transactions: what comes after the records that were read may be nothing to read.
      return nextOffset === undefined ? undefined : (await this.#reader.skipToRecord(name, partition, nextOffset)).offset;
    });
  }

  async readState(group: string, topic: TopicName, partition: number): Promise<StoredState | undefined> {
    this.#place(topic, partition);
    return this.#explained('reading a state', async () => (await this.#states.ownerState({ group, topic, partition }))?.stored());
  }

  async readStateChanges(group: string, topic: TopicName, partition: number, sinceVersion?: number): Promise<StateChanges | undefined> {
    this.#place(topic, partition);
    return this.#explained('reading a state', async () => (await this.#states.ownerState({ group, topic, partition }))?.changesSince(sinceVersion));
  }

  async readCheckpoint(group: string, topic: TopicName, partition: number): Promise<StoredState | undefined> {
    const name = this.#place(topic, partition);
    return this.#explained('reading a checkpoint', () => this.#checkpoints.oldest({ group, topic, partition }, name));
  }

  async lag(group: string, topic: TopicName): Promise<number> {
    this.#mustBeOpen();
    const name = this.#parts.prefix + topic;
    return this.#explained('counting what is unread', async () => {
      const unread = await Promise.all(Array.from({ length: this.partitionCount(topic) }, async (_, partition) => {
        const nextOffset = (await this.#states.ownerState({ group, topic, partition }))?.nextOffset ?? 0;
        const { record, offset, endOffset } = await this.#reader.skipToRecord(name, partition, nextOffset);
        return record === undefined ? 0 : Math.max(1, endOffset - offset);
      }));
      return unread.reduce((sum, count) => sum + count, 0);
    });
  }

  onAppend(topic: TopicName, listener: () => void): () => void {
    return this.#waking.add(topic, listener);
  }

  /** The brokers delete by the topics' retention. */
  async retain(): Promise<void> {
    this.#mustBeOpen();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([this.#appends.drain(), ...[...this.#subscriptions].map((subscription) => subscription.leave())]);
    await Promise.all([this.#waking.close(), this.#owning.close()]);
    this.#appendCluster.close();
    this.#parts.requests.close();
  }

  #placesOf(owner: StateOwner): StatePlaces {
    const { prefix } = this.#parts;
    return { state: { topic: prefix + STATE_TOPIC, partition: this.#states.partitionOf(owner) }, checkpoints: { topic: prefix + CHECKPOINT_TOPIC, partition: this.#checkpoints.partitionOf(owner) } };
  }

  #place(topic: TopicName, partition: number): string {
    this.#mustBeOpen();
    checkPartition(topic, partition, this.partitionCount(topic));
    return this.#parts.prefix + topic;
  }

  async #explained<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw explainProblem(error, doing);
    }
  }

  #mustBeOpen(): void {
    if (this.#closed !== undefined) throw closed();
  }
}
