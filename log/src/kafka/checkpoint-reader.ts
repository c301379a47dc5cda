import { partitionOf } from '@understudy/contracts/topics';
import { CHECKPOINT_LEAD_MS, type StoredState } from '../event-log.ts';
import { type CheckpointRecord, parseCheckpointRecord } from './checkpoint-records.ts';
import { EARLIEST } from './offsets.ts';
import type { PartitionReader } from './partition-reader.ts';
import { ownerName, type StateOwner } from './state-changelog.ts';

/** Where what is kept of a partition begins. */
interface Kept {
  readonly firstOffset: number;
  /** When its first record was appended; undefined when none is left. */
  readonly firstMs: number | undefined;
  readonly leadMs: number;
}

/** Finds the states from which the kept records can be folded again. */
export class CheckpointReader {
  readonly #reader: PartitionReader;
  readonly #topic: string;
  readonly #partitions: number;
  readonly #leadMs: number;

  /** `leadMs`: so much of the log before a checkpoint is to be there. */
  constructor(reader: PartitionReader, topic: string, partitions: number, leadMs = CHECKPOINT_LEAD_MS) {
    this.#reader = reader;
    this.#topic = topic;
    this.#partitions = partitions;
    this.#leadMs = leadMs;
  }

  partitionOf(owner: StateOwner): number {
    return partitionOf(ownerName(owner), this.#partitions);
  }

  /** `topic`: the owner's, with the prefix. The oldest one whose lead is kept; else the newest, whose lead is kept in part. Undefined while nothing was deleted. */
  async oldest(owner: StateOwner, topic: string): Promise<StoredState | undefined> {
    const firstOffset = await this.#reader.offsetOf(topic, owner.partition, EARLIEST);
    if (firstOffset === 0) return undefined;
    // What is kept may begin with the end of a transaction.
    const { record } = await this.#reader.skipToRecord(topic, owner.partition, firstOffset);
    return this.#find(ownerName(owner), this.partitionOf(owner), { firstOffset, firstMs: record?.timestampMs, leadMs: this.#leadMs });
  }

  async #find(name: string, partition: number, kept: Kept): Promise<StoredState | undefined> {
    const choice = new CheckpointChoice(name, kept);
    let offset = await this.#reader.offsetOf(this.#topic, partition, EARLIEST);
    for (;;) {
      const page = await this.#reader.fetch(this.#topic, partition, offset);
      for (const stored of page.records) {
        choice.see(parseCheckpointRecord(stored));
        if (choice.isMade) return choice.best;
      }
      if (page.isEnd) return choice.best;
      offset = page.nextOffset;
    }
  }
}

/** Sees the checkpoints from the oldest on; besides the best so far only one is in memory. */
class CheckpointChoice {
  readonly #owner: string;
  readonly #kept: Kept;
  #entries = new Map<string, Uint8Array>();
  best: StoredState | undefined;
  /** Nothing that comes later is better. */
  isMade = false;

  constructor(owner: string, kept: Kept) {
    this.#owner = owner;
    this.#kept = kept;
  }

  see(record: CheckpointRecord | undefined): void {
    if (record?.owner !== this.#owner) return;
    if (record.kind === 'entry') {
      this.#entries.set(record.key, record.value);
      return;
    }
    const entries = this.#entries;
    this.#entries = new Map();
    if (record.nextOffset < this.#kept.firstOffset) return;
    this.best = { entries, nextOffset: record.nextOffset };
    this.isMade = hasLead(record.readToMs, this.#kept);
  }
}

function hasLead(readToMs: number, { firstMs, leadMs }: Kept): boolean {
  return firstMs !== undefined && firstMs <= readToMs - leadMs;
}
