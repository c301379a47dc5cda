import { partitionOf } from '@understudy/contracts/topics';
import { type StateChangelogFollower, followChangelog } from './state-follower.ts';
import type { OwnerState } from './owner-state.ts';
import type { PartitionReader } from './partition-reader.ts';
import { ownerName, type StateOwner } from './state-changelog.ts';

/** What all owners have committed: each partition of the changelog is read once, when it is first asked for, and followed from then on. */
export class StateView {
  readonly #reader: PartitionReader;
  readonly #topic: string;
  readonly #partitions: number;
  readonly #followers = new Map<number, StateChangelogFollower>();

  constructor(reader: PartitionReader, topic: string, partitions: number) {
    this.#reader = reader;
    this.#topic = topic;
    this.#partitions = partitions;
  }

  partitionOf(owner: StateOwner): number {
    return partitionOf(ownerName(owner), this.#partitions);
  }

  /** As it is now, or undefined for who never committed. With `complete`, whatever was written up to now is decided and read: the truth for who takes over. */
  async ownerState(owner: StateOwner, options: { complete?: boolean } = {}): Promise<OwnerState | undefined> {
    const partition = this.partitionOf(owner);
    const follower = this.#followers.get(partition) ?? followChangelog(this.#reader, this.#topic, partition);
    this.#followers.set(partition, follower);
    await follower.catchUp(options.complete === true);
    const state = follower.owners.get(ownerName(owner));
    return state?.nextOffset === undefined ? undefined : state;
  }
}
