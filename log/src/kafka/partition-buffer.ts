import type { LogRecord } from '../event-log.ts';
import type { Fetched } from './fetch.ts';
import { keyOf } from './record-key.ts';

/** Records for one step, and the offset that is committed with them. */
export interface BufferedBatch {
  readonly records: readonly LogRecord[];
  readonly nextOffset: number;
}

/** Above this many bytes nothing more is fetched ahead. */
const FULL_BYTES = 4 * 1024 * 1024;

/** What was fetched ahead of one owner's steps. */
export class PartitionBuffer {
  readonly topic: string;
  readonly partition: number;
  #records: LogRecord[] = [];
  #bytes = 0;
  #fetchFrom: number;

  constructor(topic: string, partition: number, fromOffset: number) {
    this.topic = topic;
    this.partition = partition;
    this.#fetchFrom = fromOffset;
  }

  /** Where the next fetch goes on. */
  get fetchFrom(): number {
    return this.#fetchFrom;
  }

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  get isFull(): boolean {
    return this.#bytes >= FULL_BYTES;
  }

  /** Takes what goes on where the last one ended; a fetch that another one has overtaken brings nothing. */
  add(fetched: Fetched): boolean {
    if (fetched.fromOffset !== this.#fetchFrom) return false;
    for (const { offset, timestampMs, key, value } of fetched.records) {
      this.#records.push({ offset, key: keyOf(key), value: value ?? new Uint8Array(), appendedAtMs: timestampMs });
      this.#bytes += value?.byteLength ?? 0;
    }
    this.#fetchFrom = fetched.nextOffset;
    return fetched.records.length > 0;
  }

  /** Leaves them there until `drop`: a step that fails gets them again. At least one record, however large it is. */
  peek(maxRecords: number, maxBytes: number): BufferedBatch {
    let count = 0;
    let bytes = 0;
    for (const { value } of this.#records) {
      if (count > 0 && (count >= maxRecords || bytes + value.byteLength > maxBytes)) break;
      bytes += value.byteLength;
      count += 1;
    }
    const records = this.#records.slice(0, count);
    // After the last record also past what is no record: with everything read, nothing is left.
    const nextOffset = count === this.#records.length ? this.#fetchFrom : (records.at(-1)?.offset ?? -1) + 1;
    return { records, nextOffset };
  }

  /** Forgets what is before the offset. */
  drop(nextOffset: number): void {
    const kept = this.#records.findIndex(({ offset }) => offset >= nextOffset);
    const dropped = this.#records.splice(0, kept < 0 ? this.#records.length : kept);
    for (const { value } of dropped) this.#bytes -= value.byteLength;
  }
}
