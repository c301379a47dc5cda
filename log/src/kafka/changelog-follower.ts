import { OwnerState } from './owner-state.ts';
import type { PartitionReader } from './partition-reader.ts';
import { ownerName, parseStateRecord } from './state-changelog.ts';

const FETCH_BYTES = 8 * 1024 * 1024;

/** One partition of the changelog, as far as it was read. */
export class ChangelogFollower {
  readonly #reader: PartitionReader;
  readonly #topic: string;
  readonly #partition: number;
  readonly #owners = new Map<string, OwnerState>();
  #nextOffset = 0;
  #reading: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  constructor(reader: PartitionReader, topic: string, partition: number) {
    this.#reader = reader;
    this.#topic = topic;
    this.#partition = partition;
  }

  /** By `ownerName`. */
  get owners(): ReadonlyMap<string, OwnerState> {
    return this.#owners;
  }

  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** Reads what is decided at this moment. One reading at a time; who comes meanwhile shares the next one. */
  catchUp(): Promise<void> {
    this.#waiting ??= this.#reading.catch(() => undefined).then(() => {
      this.#waiting = undefined;
      this.#reading = this.#readToTheEnd();
      return this.#reading;
    });
    return this.#waiting;
  }

  async #readToTheEnd(): Promise<void> {
    for (;;) {
      const fetched = await this.#reader.fetch(this.#topic, this.#partition, this.#nextOffset, FETCH_BYTES);
      for (const record of fetched.records) {
        const parsed = parseStateRecord(record);
        if (parsed !== undefined) this.#ownerOf(ownerName(parsed.owner)).apply(parsed, record.offset);
      }
      this.#nextOffset = fetched.nextOffset;
      if (fetched.isEnd) return;
    }
  }

  #ownerOf(name: string): OwnerState {
    const state = this.#owners.get(name) ?? new OwnerState();
    this.#owners.set(name, state);
    return state;
  }
}
