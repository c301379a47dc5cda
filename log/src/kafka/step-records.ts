import type { LogRecord, StepResult, StoredState } from '../event-log.ts';
import { checkpointRecords } from './checkpoint-records.ts';
import { addRecord, type PlacedRecords } from './placed-records.ts';
import { entryRecord, positionRecord, type StateOwner } from './state-changelog.ts';

export interface StepToWrite {
  readonly result: StepResult;
  readonly records: readonly LogRecord[];
  readonly nextOffset: number;
}

/** Where an owner's state and its copies are written, with the prefix. */
export interface StatePlaces {
  readonly state: { readonly topic: string; readonly partition: number };
  readonly checkpoints: { readonly topic: string; readonly partition: number };
}

/** What a step writes besides its outputs: changed entries, the position, and once in a while a copy of the whole state. */
export class StepRecords {
  readonly #owner: StateOwner;
  readonly #places: StatePlaces;
  readonly #everyMs: number;
  readonly #entries: Map<string, Uint8Array>;
  #checkpointAtMs: number | undefined;

  constructor(owner: StateOwner, places: StatePlaces, everyMs: number, begin: { stored: StoredState; checkpointAtMs: number | undefined }) {
    this.#owner = owner;
    this.#places = places;
    this.#everyMs = everyMs;
    this.#entries = new Map(begin.stored.entries);
    this.#checkpointAtMs = begin.checkpointAtMs;
  }

  /** After a step that is not committed this must not be used again: it counts on what it has written. */
  of({ result, records, nextOffset }: StepToWrite): PlacedRecords[] {
    for (const [key, value] of result.state ?? []) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
    const readToMs = records.at(-1)?.appendedAtMs;
    const isDue = readToMs !== undefined && this.#entries.size > 0 && readToMs - (this.#checkpointAtMs ?? Number.NEGATIVE_INFINITY) >= this.#everyMs;
    if (isDue) this.#checkpointAtMs = readToMs;
    // The position is the last record of its partition: only with it the entries before it count.
    const changes = placeAt(this.#places.state);
    for (const [key, value] of result.state ?? []) addRecord(changes, entryRecord(this.#owner, key, value));
    addRecord(changes, positionRecord(this.#owner, nextOffset, this.#checkpointAtMs));
    return isDue ? [changes, this.#copy({ nextOffset, readToMs })] : [changes];
  }

  #copy(end: { nextOffset: number; readToMs: number }): PlacedRecords {
    const copy = placeAt(this.#places.checkpoints);
    for (const record of checkpointRecords(this.#owner, this.#entries, end)) addRecord(copy, record);
    return copy;
  }
}

function placeAt({ topic, partition }: { topic: string; partition: number }): PlacedRecords {
  return { topic, partition, records: [], bytes: 0, indexes: [] };
}
