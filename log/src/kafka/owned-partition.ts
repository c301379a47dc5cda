import { UnderstudyError } from '@understudy/contracts/problem';
import type { TopicName } from '@understudy/contracts/topics';
import type { LogRecord, PartitionOwnership, StepHandler, StepOutcome, StepResult, StoredState } from '../event-log.ts';
import { writesNothing } from '../step-result.ts';
import type { BufferedBatch, PartitionBuffer } from './partition-buffer.ts';
import type { StepToWrite } from './step-records.ts';
import type { TransactionOutcome } from './transactional-producer.ts';

/** What an ownership needs of its log. */
export interface StepCommitter {
  nowMs(): number;
  /** Fetches more into an empty buffer, if there is more. */
  fill(buffer: PartitionBuffer): Promise<void>;
  /** Throws when nobody knows whether it is committed. */
  commit(step: StepToWrite): Promise<TransactionOutcome>;
  isUsable(): boolean;
  release(): void;
}

export interface OwnedPartitionParts {
  readonly topic: TopicName;
  readonly partition: number;
  readonly stored: StoredState;
  readonly buffer: PartitionBuffer;
  readonly committer: StepCommitter;
}

interface StepLimits {
  readonly maxRecords?: number;
  readonly maxBytes?: number;
  readonly allowEmpty?: boolean;
}

const DEFAULT_MAX_RECORDS = 500;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** `lost`: nobody knows what became of the last commit. The log knows, and tells whoever acquires the partition next. */
type Hold = 'owned' | 'fenced' | 'lost';

export class OwnedPartition implements PartitionOwnership {
  readonly topic: TopicName;
  readonly partition: number;
  readonly stored: StoredState;
  readonly #buffer: PartitionBuffer;
  readonly #committer: StepCommitter;
  #committedOffset: number;
  #hold: Hold = 'owned';
  #stepping = false;

  constructor(parts: OwnedPartitionParts) {
    this.topic = parts.topic;
    this.partition = parts.partition;
    this.stored = parts.stored;
    this.#committedOffset = parts.stored.nextOffset;
    this.#buffer = parts.buffer;
    this.#committer = parts.committer;
  }

  async step(handler: StepHandler, options: StepLimits = {}): Promise<StepOutcome> {
    if (this.#stepping) throw stepUnderWay(this.topic, this.partition);
    this.#stepping = true;
    try {
      return await this.#step(handler, options);
    } finally {
      this.#stepping = false;
    }
  }

  /** Another acquisition of this process has it now. */
  fence(): void {
    this.#end('fenced');
  }

  async release(): Promise<void> {
    this.#end('fenced');
  }

  /** Nothing more is fetched for it. */
  #end(hold: 'fenced' | 'lost'): void {
    if (this.#hold === 'owned') this.#committer.release();
    this.#hold = hold;
  }

  async #step(handler: StepHandler, options: StepLimits): Promise<StepOutcome> {
    if (this.#hold === 'lost') throw ownershipLost(this.topic, this.partition);
    if (this.#hold === 'fenced') return { kind: 'fenced' };
    const batch = await this.#next(options);
    if (batch.records.length === 0 && options.allowEmpty !== true) return { kind: 'idle' };
    const nowMs = Math.max(this.#committer.nowMs(), newestMs(batch.records));
    const result = await handler({ partition: this.partition, records: batch.records, nowMs });
    if (this.#isNothing(result, batch)) return { kind: 'idle' };
    return this.#commit(result, batch);
  }

  async #next({ maxRecords = DEFAULT_MAX_RECORDS, maxBytes = DEFAULT_MAX_BYTES }: StepLimits): Promise<BufferedBatch> {
    if (this.#buffer.isEmpty) await this.#committer.fill(this.#buffer);
    return this.#buffer.peek(maxRecords, maxBytes);
  }

  async #commit(result: StepResult, { records, nextOffset }: BufferedBatch): Promise<StepOutcome> {
    if (this.#isFenced()) return { kind: 'fenced' };
    let outcome: TransactionOutcome;
    try {
      outcome = await this.#committer.commit({ result, records, nextOffset });
    } catch (error) {
      if (!this.#committer.isUsable()) this.#end('lost');
      throw error;
    }
    if (outcome.kind === 'fenced') {
      this.#end('fenced');
      return { kind: 'fenced' };
    }
    if (!this.#committer.isUsable()) this.#end('lost');
    this.#buffer.drop(nextOffset);
    this.#committedOffset = nextOffset;
    return { kind: 'committed', records: records.length, nextOffset };
  }

  /** A transaction of its own is worth a changed position, outputs or state. */
  #isNothing(result: StepResult, { records, nextOffset }: BufferedBatch): boolean {
    return records.length === 0 && writesNothing(result) && nextOffset === this.#committedOffset && !this.#isFenced();
  }

  #isFenced(): boolean {
    return this.#hold === 'fenced';
  }
}

function newestMs(records: readonly LogRecord[]): number {
  return records.at(-1)?.appendedAtMs ?? 0;
}

function stepUnderWay(topic: TopicName, partition: number): UnderstudyError {
  return new UnderstudyError({ code: 'STEP_UNDER_WAY', message: `A step of ${topic}/${partition} is still under way.`, fix: 'Wait for the step before the next one.' });
}

function ownershipLost(topic: TopicName, partition: number): UnderstudyError {
  return new UnderstudyError({ code: 'LOG_UNAVAILABLE', message: `It is not known what became of the last step of ${topic}/${partition}.`, fix: 'Acquire the partition again: that waits until it is known.', retryable: true });
}
