import type { TopicName } from '@understudy/contracts/topics';

/** A record as it is stored: `offset` rises by at least 1 within its topic and partition; `appendedAtMs` is the receive time, stamped once. */
export interface LogRecord {
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: Uint8Array;
  readonly appendedAtMs: number;
}

/** What a caller wants written. Its partition is given, or chosen by the key (`partitionOf`), or round robin. `value` must not be changed until it is written. */
export interface NewRecord {
  readonly topic: TopicName;
  readonly key?: string;
  readonly partition?: number;
  readonly value: Uint8Array;
}

/** The log is at its limit, or its disk is full; nothing was written. */
export interface LogFull {
  readonly kind: 'full';
  readonly retryAfterMs: number;
  readonly reason: string;
}

export type AppendOutcome = { readonly kind: 'appended'; readonly offsets: readonly number[] } | LogFull;

/** What a role remembers of one input partition, by key, and the offset up to which it has read. */
export interface StoredState {
  readonly entries: ReadonlyMap<string, Uint8Array>;
  readonly nextOffset: number;
}

/** What changed of a group's state since a version of it: a follower of many entries reads few. */
export interface StateChanges {
  /** To be given the next time. */
  readonly version: number;
  /** True: `entries` is all of the state, and what is not among them is gone. */
  readonly whole: boolean;
  readonly entries: ReadonlyMap<string, Uint8Array>;
}

/** What a step makes of a batch. */
export interface StepResult {
  readonly outputs: readonly NewRecord[];
  /** The entries that changed; undefined removes one. What is not named stays. */
  readonly state?: ReadonlyMap<string, Uint8Array | undefined>;
}

export interface StepInput {
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** The log's clock at the begin of the step, ms since 1970. */
  readonly nowMs: number;
}

/**
 * May do effects outside the log that are idempotent by identity; they happen before the commit, at least once. What a handler keeps in memory
 * belongs to one ownership: after anything but `committed` and `idle` it is thrown away and made anew from the stored state.
 */
export type StepHandler = (input: StepInput) => Promise<StepResult> | StepResult;

export type StepOutcome =
  | { readonly kind: 'committed'; readonly records: number; readonly nextOffset: number }
  | { readonly kind: 'idle' }
  /** Another owner has taken the partition; nothing was committed. Acquire again, or stop. */
  | { readonly kind: 'fenced' }
  | LogFull;

/** One owner's hold on one partition of a topic for one consumer group. */
export interface PartitionOwnership {
  readonly topic: TopicName;
  readonly partition: number;
  /** As committed when the partition was acquired. */
  readonly stored: StoredState;
  /**
   * Reads up to `maxRecords` and `maxBytes` from the committed offset, runs the handler, and commits the input offset, the outputs and the changed state in one transaction.
   * Without records it is `idle`, unless `allowEmpty` (a step that is driven by time) and the handler has outputs or changes the state. The handler's error is thrown on and nothing is committed.
   * However small the limits are, one record is handed out when there is one. One step at a time.
   */
  step(handler: StepHandler, options?: { maxRecords?: number; maxBytes?: number; allowEmpty?: boolean }): Promise<StepOutcome>;
  release(): Promise<void>;
}

/** A member's place in a consumer group, for one topic. */
export interface Subscription {
  /** False while it is not known to be a member: it may miss what it should serve. */
  healthy(): boolean;
  /** The others take over what it had. */
  leave(): Promise<void>;
}

export interface ReadResult {
  readonly records: readonly LogRecord[];
  /** The oldest offset that is still kept; reading from before it starts there. */
  readonly firstOffset: number;
  /** The offset that the next appended record will get, or more. */
  readonly endOffset: number;
}

/** The one way in which roles meet. Implementations: `sqlite/`, `kafka/`. What each must do: `conformance.ts`. */
export interface EventLog {
  /** Resolves when the records are durable; those for one partition are written all or none. Throws `LOG_UNAVAILABLE` (retryable) when that is not known: a caller that repeats may write them twice. */
  append(records: readonly NewRecord[]): Promise<AppendOutcome>;
  /** As the log really has it: where a key belongs follows from this number. */
  partitionCount(topic: TopicName): number;
  /**
   * Joins those who share a topic's partitions for a group. `onAssigned` hears which of them this process should serve, at first and after every change of
   * the members, also when its own share stays the same: whoever was fenced may take the partition again only then. It is advice for the even sharing of work;
   * that two never both commit is what `acquire` sees to.
   */
  subscribe(group: string, topic: TopicName, onAssigned: (partitions: readonly number[]) => void): Promise<Subscription>;
  /** Takes the partition over from whoever had it (their later steps are `fenced`). */
  acquire(group: string, topic: TopicName, partition: number): Promise<PartitionOwnership>;
  /** Reads without a group, e.g. to follow `llm.overrides` or to fold the evidence again. */
  read(topic: TopicName, partition: number, fromOffset: number, limits?: { maxRecords?: number; maxBytes?: number }): Promise<ReadResult>;
  /** The first offset whose record was appended at or after the time; the end offset when there is none. */
  offsetAt(topic: TopicName, partition: number, appendedAtMs: number): Promise<number>;
  /** The next offset that a group will read; undefined when it never acquired the partition. Cheaper than the whole state. */
  readPosition(group: string, topic: TopicName, partition: number): Promise<number | undefined>;
  /** The last committed state of a group's partition. */
  readState(group: string, topic: TopicName, partition: number): Promise<StoredState | undefined>;
  /** The entries of that state that were written after `sinceVersion`, or all of them: without one, and when an entry was removed since. */
  readStateChanges(group: string, topic: TopicName, partition: number, sinceVersion?: number): Promise<StateChanges | undefined>;
  /**
   * The oldest kept checkpoint of a group's partition: a state from which the records that are still kept can be folded again. Undefined while
   * nothing was deleted yet: then the fold starts at offset 0 with no state.
   */
  readCheckpoint(group: string, topic: TopicName, partition: number): Promise<StoredState | undefined>;
  /** Records not yet read, over all partitions; 0 exactly when all is read. A log whose offsets count more than records may tell a little more, never less. */
  lag(group: string, topic: TopicName): Promise<number>;
  /** Calls back soon after something was appended to the topic; returns the unsubscribe. May be spurious. */
  onAppend(topic: TopicName, listener: () => void): () => void;
  /**
   * Deletes what every group that ever acquired the topic has read and the retention no longer asks for. Never deletes the unread, nor the
   * records after a group's oldest kept checkpoint, nor the `CHECKPOINT_LEAD_MS` before it. Of `llm.overrides` and `llm.dead-letters`, which no group
   * reads, a bounded number of records stays, of the overrides always the newest; any other topic that no group has acquired yet keeps everything.
   */
  retain(): Promise<void>;
  close(): Promise<void>;
}

/** A fold that remembers recent calls can be started at a checkpoint: so much of the log before it is kept. */
export const CHECKPOINT_LEAD_MS = 45 * 60_000;
