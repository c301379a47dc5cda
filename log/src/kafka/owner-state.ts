import type { StateChanges, StoredState } from '../event-log.ts';
import type { StateRecord } from './state-changelog.ts';

interface Entry {
  readonly value: Uint8Array;
  /** Offset in the changelog. */
  readonly version: number;
}

/** The committed state of one owner, as the changelog tells it up to now. Versions are offsets of the changelog. */
export class OwnerState {
  readonly #entries = new Map<string, Entry>();
  #staged: { key: string; value: Uint8Array | undefined; version: number }[] = [];
  #nextOffset: number | undefined;
  #checkpointAtMs: number | undefined;
  #version = 0;
  #removalVersion = 0;

  /** Undefined until the first commit was seen. */
  get nextOffset(): number | undefined {
    return this.#nextOffset;
  }

  /** When it was last copied. */
  get checkpointAtMs(): number | undefined {
    return this.#checkpointAtMs;
  }

  /** To go on from here without changing this one. */
  copy(): OwnerState {
    const copy = new OwnerState();
    for (const [key, entry] of this.#entries) copy.#entries.set(key, entry);
    copy.#staged = [...this.#staged];
    copy.#nextOffset = this.#nextOffset;
    copy.#checkpointAtMs = this.#checkpointAtMs;
    return copy;
  }

  /** An entry counts with the next position. */
  apply(record: StateRecord, offset: number): void {
    if (record.kind === 'position') this.#commit(record);
    // A copy: the value is a view of a whole answer, which would stay in memory with it.
    else this.#staged.push({ key: record.key, value: record.value && new Uint8Array(record.value), version: offset });
  }

  #commit({ nextOffset, checkpointAtMs }: Extract<StateRecord, { kind: 'position' }>): void {
    for (const { key, value, version } of this.#staged) {
      if (value !== undefined) this.#entries.set(key, { value, version });
      else if (this.#entries.delete(key)) this.#removalVersion = version;
      else continue;
      this.#version = version;
    }
    this.#staged = [];
    this.#nextOffset = nextOffset;
    this.#checkpointAtMs = checkpointAtMs;
  }

  stored(): StoredState | undefined {
    if (this.#nextOffset === undefined) return undefined;
    return { entries: this.#values(() => true), nextOffset: this.#nextOffset };
  }

  /** Of a time before the newest removal nothing says what is gone: then all is told. */
  changesSince(sinceVersion: number | undefined): StateChanges | undefined {
    if (this.#nextOffset === undefined) return undefined;
    const whole = sinceVersion === undefined || sinceVersion > this.#version || sinceVersion < this.#removalVersion;
    return { version: this.#version, whole, entries: this.#values(whole ? () => true : (entry) => entry.version > sinceVersion) };
  }

  #values(wanted: (entry: Entry) => boolean): Map<string, Uint8Array> {
    const values = new Map<string, Uint8Array>();
    for (const [key, entry] of this.#entries) if (wanted(entry)) values.set(key, entry.value);
    return values;
  }
}
