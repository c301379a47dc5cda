import type { TopicName } from '@understudy/contracts/topics';

/** A record as it is stored: `offset` rises by at least 1 within its topic and partition; `appendedAtMs` is the receive time, stamped once. */
export interface LogRecord {
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: Uint8Array;
  readonly appendedAtMs: number;
}

/** What a caller wants written. Its partition is chosen by the key, round robin without one, or given. */
export interface NewRecord {
  readonly topic: TopicName;
  readonly key?: string;
  readonly partition?: number;
  readonly value: Uint8Array;
}

export type AppendOutcome =
  | { readonly kind: 'appended'; readonly offsets: readonly number[] }
  /** The log is at its limit, or its disk is full; nothing was written. */
  | { readonly kind: 'full'; readonly retryAfterMs: number; readonly reason: string };

/** What a step makes of a batch. `state` undefined leaves the stored state as it is. */
export interface StepResult {
  readonly outputs: readonly NewRecord[];
  readonly state?: Uint8Array;
}

export interface StepInput {
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** The last committed state of this group and partition; undefined at the first step. */
  readonly state: Uint8Array | undefined;
  /** Rises by one at every step committed by this ownership; 1 at the first step after the partition was acquired. */
  readonly stepNumber: number;
  /** The log's clock at the begin of the step, ms since 1970. */
  readonly nowMs: number;
}

/** May do effects outside the log that are idempotent by identity; they happen before the commit, at least once. */
export type StepHandler = (input: StepInput) => Promise<StepResult> | StepResult;

export type StepOutcome =
  | { readonly kind: 'committed'; readonly records: number; readonly nextOffset: number }
  | { readonly kind: 'idle' }
  /** Another owner has taken the partition; nothing was committed. Acquire again, or stop. */
  | { readonly kind: 'fenced' }
  /** Outputs do not fit; nothing was committed. */
  | { readonly kind: 'full'; readonly retryAfterMs: number; readonly reason: string };

/** One owner's hold on one partition of a topic for one consumer group. */
export interface PartitionOwnership {
  readonly topic: TopicName;
  readonly partition: number;
  /**
   * Reads up to `maxRecords` and `maxBytes` from the committed offset, runs the handler, and commits the input offset, the outputs and the state in one transaction.
   * Without records it is `idle`, unless `allowEmpty` (a step that is driven by time). The handler's error is thrown on and nothing is committed.
   */
  step(handler: StepHandler, options?: { maxRecords?: number; maxBytes?: number; allowEmpty?: boolean }): Promise<StepOutcome>;
  release(): Promise<void>;
}

export interface ReadResult {
  readonly records: readonly LogRecord[];
  /** The oldest offset that is still kept; reading from before it starts there. */
  readonly firstOffset: number;
  /** The offset that the next appended record will get, or more. */
  readonly endOffset: number;
}

/** The one way in which roles meet. Implementations: `sqlite/`. Conformance: `conformance.ts`. */
export interface EventLog {
  /** Resolves when the records are durable, all in one transaction. */
  append(records: readonly NewRecord[]): Promise<AppendOutcome>;
  partitionCount(topic: TopicName): number;
  /** Takes the partition over from whoever had it (their later steps are `fenced`). */
  acquire(group: string, topic: TopicName, partition: number): Promise<PartitionOwnership>;
  /** Reads without a group, e.g. to follow `llm.overrides` or to fold the evidence again. */
  read(topic: TopicName, partition: number, fromOffset: number, limits?: { maxRecords?: number; maxBytes?: number }): Promise<ReadResult>;
  /** The last committed state of a group's partition. */
  readState(group: string, topic: TopicName, partition: number): Promise<{ state: Uint8Array; nextOffset: number } | undefined>;
  /** Records not yet read, over all partitions. */
  lag(group: string, topic: TopicName): Promise<number>;
  /** Calls back soon after something was appended to the topic; returns the unsubscribe. May be spurious. */
  onAppend(topic: TopicName, listener: () => void): () => void;
  /** Deletes what every group that ever acquired the topic has read and the retention no longer asks for. Never deletes the unread. */
  retain(): Promise<void>;
  close(): Promise<void>;
}
