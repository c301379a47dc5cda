import { UnderstudyError } from '@understudy/contracts/problem';
import type { TopicName } from '@understudy/contracts/topics';
import type { LogFull, LogRecord, PartitionOwnership, StepHandler, StepOutcome, StepResult, StoredState } from '../event-log.ts';
import { writesNothing } from '../step-result.ts';
import type { Reader } from './reader-store.ts';

/** What an ownership needs of its log. */
export interface StepCommitter {
  read(partitionId: number, fromOffset: number, limits: { maxRecords?: number; maxBytes?: number }): readonly LogRecord[];
  isOwned(reader: Reader): boolean;
  nowMs(): number;
  /** Undefined when a step that writes so many bytes may go on. */
  refusal(bytes: number): LogFull | undefined;
  commit(step: CommittingStep): Promise<'committed' | 'fenced' | LogFull>;
  release(reader: Reader): void;
}

export interface CommittingStep {
  readonly reader: Reader;
  readonly partitionId: number;
  readonly fromOffset: number;
  readonly nextOffset: number;
  readonly result: StepResult;
}

export interface OwnedPlace {
  readonly topic: TopicName;
  readonly partition: number;
  readonly partitionId: number;
}

export class OwnedPartition implements PartitionOwnership {
  readonly topic: TopicName;
  readonly partition: number;
  readonly stored: StoredState;
  readonly #partitionId: number;
  readonly #reader: Reader;
  readonly #committer: StepCommitter;
  #nextOffset: number;
  #stepping = false;
  #writesOutputs = false;

  constructor(place: OwnedPlace, reader: Reader, stored: StoredState, committer: StepCommitter) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.stored = stored;
    this.#partitionId = place.partitionId;
    this.#reader = reader;
    this.#committer = committer;
    this.#nextOffset = stored.nextOffset;
  }

  async step(handler: StepHandler, options: { maxRecords?: number; maxBytes?: number; allowEmpty?: boolean } = {}): Promise<StepOutcome> {
    if (this.#stepping) throw stepUnderWay(this.topic, this.partition);
    this.#stepping = true;
    try {
      return await this.#step(handler, options);
    } finally {
      this.#stepping = false;
    }
  }

  async release(): Promise<void> {
    this.#committer.release(this.#reader);
  }

  async #step(handler: StepHandler, options: { maxRecords?: number; maxBytes?: number; allowEmpty?: boolean }): Promise<StepOutcome> {
    if (!this.#committer.isOwned(this.#reader)) return { kind: 'fenced' };
    const records = this.#committer.read(this.#partitionId, this.#nextOffset, options);
    const last = records.at(-1);
    if (last === undefined && options.allowEmpty !== true) return { kind: 'idle' };
    // A step that will not be able to commit should not have its effects again and again.
    const refusal = this.#writesOutputs ? this.#committer.refusal(0) : undefined;
    if (refusal !== undefined) return refusal;
    const nowMs = Math.max(this.#committer.nowMs(), last?.appendedAtMs ?? 0);
    const result = await handler({ partition: this.partition, records, nowMs });
    if (last === undefined && writesNothing(result)) return { kind: 'idle' };
    return this.#commit(result, records.length, last === undefined ? this.#nextOffset : last.offset + 1);
  }

  async #commit(result: StepResult, records: number, nextOffset: number): Promise<StepOutcome> {
    this.#writesOutputs = result.outputs.length > 0;
    const outcome = await this.#committer.commit({ reader: this.#reader, partitionId: this.#partitionId, fromOffset: this.#nextOffset, nextOffset, result });
    if (outcome === 'fenced') return { kind: 'fenced' };
    if (outcome !== 'committed') return outcome;
    this.#nextOffset = nextOffset;
    return { kind: 'committed', records, nextOffset };
  }
}

function stepUnderWay(topic: TopicName, partition: number): UnderstudyError {
  return new UnderstudyError({ code: 'STEP_UNDER_WAY', message: `A step of ${topic}/${partition} is still under way.`, fix: 'Wait for the step before the next one.' });
}
