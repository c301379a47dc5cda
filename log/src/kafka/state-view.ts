import { partitionOf } from '@understudy/contracts/topics';
import { ChangelogFollower } from './changelog-follower.ts';
import { OwnerState } from './owner-state.ts';
import type { PartitionReader } from './partition-reader.ts';
import { decidedRecords } from './protocol/read-committed.ts';
import { ownerName, parseStateRecord, type StateOwner } from './state-changelog.ts';

/** What all owners have committed: each partition of the changelog is read once, when it is first asked for, and followed from then on. */
export class StateView {
  readonly #reader: PartitionReader;
  readonly #topic: string;
  readonly #partitions: number;
  readonly #followers = new Map<number, ChangelogFollower>();

  constructor(reader: PartitionReader, topic: string, partitions: number) {
    this.#reader = reader;
    this.#topic = topic;
    this.#partitions = partitions;
  }

  partitionOf(owner: StateOwner): number {
    return partitionOf(ownerName(owner), this.#partitions);
  }

  /** As it is now, or undefined for who never committed. */
  async ownerState(owner: StateOwner): Promise<OwnerState | undefined> {
    const follower = this.#followerOf(this.partitionOf(owner));
    await follower.catchUp();
    return committed(follower.owners.get(ownerName(owner)));
  }

  /**
   * The truth for who has taken over, whose transactions are all ended: also what stands behind others that are not. Those may be of a process that has just died,
   * and end only when somebody takes over from it there.
   */
  async takenOver(owner: StateOwner): Promise<OwnerState | undefined> {
    const partition = this.partitionOf(owner);
    const follower = this.#followerOf(partition);
    await follower.catchUp();
    const { nextOffset } = follower;
    const state = follower.owners.get(ownerName(owner))?.copy() ?? new OwnerState();
    const beyond = await this.#reader.readUndecided(this.#topic, partition, nextOffset);
    for (const record of decidedRecords(beyond, nextOffset)) {
      const parsed = parseStateRecord(record);
      if (parsed !== undefined && ownerName(parsed.owner) === ownerName(owner)) state.apply(parsed, record.offset);
    }
    return committed(state);
  }

  #followerOf(partition: number): ChangelogFollower {
    const follower = this.#followers.get(partition) ?? new ChangelogFollower(this.#reader, this.#topic, partition);
    this.#followers.set(partition, follower);
    return follower;
  }
}

function committed(state: OwnerState | undefined): OwnerState | undefined {
  return state?.nextOffset === undefined ? undefined : state;
}
