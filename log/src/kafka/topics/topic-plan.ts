import { TOPICS, type TopicName } from '@understudy/contracts/topics';

/** The compacted changelog of what roles remember: no role reads it as a topic, so that it is no `TopicName`. */
export const STATE_TOPIC = 'llm.state';

/** Copies of states, from which evidence whose begin was deleted can be folded again. */
export const CHECKPOINT_TOPIC = 'llm.checkpoints';

/** A topic as it should be. */
export interface TopicPlan {
  /** With the installation's prefix. */
  readonly topic: string;
  readonly partitions: number;
  /** Where a topic of one partition means one leader or one order, no other number will do. */
  readonly exactlyOnePartition: boolean;
  readonly config: ReadonlyMap<string, string>;
}

export interface TopicPlanOptions {
  readonly prefix?: string;
  /** Of every topic that may have more than one; the defaults are those of `TOPICS`. */
  readonly partitions?: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIB = 1024 * 1024;

/**
 * A record is what one request or one step puts into a partition, so that it can be as large as what the collector lets in: 20 MiB inflated, sent plain; 4 MiB are for what
 * is batched with it, heads, and rows that name more than the span did. Kafka's other limits need no change: a broker takes requests of 100 MiB
 * (socket.request.max.bytes), and since 0.10.1 fetches of consumers and replicas get the first batch whole, whatever their own limits are.
 */
export const LARGEST_BATCH_BYTES = 24 * MIB;

/** Users' text is kept for a day (spans, the rows made of them, and what a judge is asked); numbers and what was decided from them for a week. */
const RETENTION_MS: Readonly<Record<TopicName, number>> = {
  'llm.spans': DAY_MS,
  'llm.calls': DAY_MS,
  'llm.judge-requests': DAY_MS,
  'llm.judgements': 7 * DAY_MS,
  'llm.evidence': 7 * DAY_MS,
  'llm.proposals': 7 * DAY_MS,
  'llm.decisions': 7 * DAY_MS,
  'llm.overrides': 7 * DAY_MS,
  'llm.dead-letters': 7 * DAY_MS,
};

/** Who takes over a partition reads one of these whole: the more there are, the less is in one. */
const STATE_PARTITIONS = 16;

const CHECKPOINT_PARTITIONS = 4;
/** A day longer than what is folded from them. */
const CHECKPOINT_RETENTION_MS = 8 * DAY_MS;

export function topicPlans({ prefix = '', partitions }: TopicPlanOptions = {}): readonly TopicPlan[] {
  const topics = Object.values(TOPICS).map(({ name, partitions: byDefault }): TopicPlan => ({
    topic: prefix + name, partitions: byDefault === 1 ? 1 : partitions ?? byDefault, exactlyOnePartition: byDefault === 1, config: new Map([...EVERYWHERE, ...readOnce(RETENTION_MS[name])]),
  }));
  const state: TopicPlan = { topic: prefix + STATE_TOPIC, partitions: Math.max(STATE_PARTITIONS, partitions ?? 0), exactlyOnePartition: false, config: new Map([...EVERYWHERE, ...COMPACTED]) };
  const checkpoints: TopicPlan = { topic: prefix + CHECKPOINT_TOPIC, partitions: partitions ?? CHECKPOINT_PARTITIONS, exactlyOnePartition: false, config: new Map([...EVERYWHERE, ...readOnce(CHECKPOINT_RETENTION_MS)]) };
  return [...topics, state, checkpoints];
}

/** The number of copies that must have a record before it counts as written: a lost broker stops nothing, and loses nothing. */
export function minInsyncReplicas(replicationFactor: number): number {
  return replicationFactor >= 3 ? 2 : 1;
}

export function replicationFactorFor(brokers: number): number {
  return brokers >= 3 ? 3 : 1;
}

const EVERYWHERE: readonly (readonly [string, string])[] = [
  // The receive time that decisions use is the broker's, not the sender's; retention counts from it, too.
  ['message.timestamp.type', 'LogAppendTime'],
  ['max.message.bytes', String(LARGEST_BATCH_BYTES)],
  // As it was sent: nothing is compressed twice.
  ['compression.type', 'producer'],
  ['unclean.leader.election.enable', 'false'],
];

/** Only closed segments are deleted: one is closed after a 24th of the time, else a quiet topic would keep text for Kafka's week longer. */
function readOnce(retentionMs: number): readonly (readonly [string, string])[] {
  return [['cleanup.policy', 'delete'], ['retention.ms', String(retentionMs)], ['retention.bytes', '-1'], ['segment.bytes', String(256 * MIB)], ['segment.ms', String(retentionMs / 24)]];
}

/**
 * What is superseded goes soon, so that a takeover reads little: the open segment (32 MiB, or 10 minutes; it must hold the largest batch) is never compacted, and a tenth
 * of the rest may be superseded. A removed entry's marker stays a day, for readers that are slow.
 */
const COMPACTED: readonly (readonly [string, string])[] = [
  ['cleanup.policy', 'compact'], ['segment.bytes', String(32 * MIB)], ['segment.ms', String(HOUR_MS / 6)], ['min.cleanable.dirty.ratio', '0.1'],
  ['max.compaction.lag.ms', String(HOUR_MS / 2)], ['delete.retention.ms', String(DAY_MS)],
];
