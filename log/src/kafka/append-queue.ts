import { BATCH_BYTES } from './batch-size.ts';
import type { PlacedRecords } from './placed-records.ts';

export interface AppendPart {
  readonly placed: PlacedRecords;
  /** Takes the offset of the first record. */
  readonly resolve: (baseOffset: number) => void;
  readonly reject: (error: unknown) => void;
  readonly expiresAtMs: number;
}

/** Under load a batch gathers at least so long; when nothing was under way it leaves at once. */
const LINGER_MS = 5;
/** So many bytes wait no longer. */
const LINGER_BYTES = 512 * 1024;

/** What waits to be appended to one partition. */
export class AppendQueue {
  readonly topic: string;
  readonly partition: number;
  #parts: AppendPart[] = [];
  #bytes = 0;
  #isBusy = false;
  #lastTakenMs = Number.NEGATIVE_INFINITY;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  push(part: AppendPart): void {
    this.#parts.push(part);
    this.#bytes += part.placed.bytes;
  }

  /** Undefined while nothing can be taken: nothing waits, or a batch is under way. Else how long it should still gather. */
  waitMs(nowMs: number): number | undefined {
    if (this.#isBusy || this.#parts.length === 0) return undefined;
    return this.#bytes >= LINGER_BYTES ? 0 : this.#lastTakenMs + LINGER_MS - nowMs;
  }

  /** The next batch, where what one caller appends together stays in one; the next one is not to be taken before `done`. */
  take(nowMs: number): AppendPart[] {
    let bytes = 0;
    let count = 0;
    for (const { placed } of this.#parts) {
      if (count > 0 && bytes + placed.bytes > BATCH_BYTES) break;
      bytes += placed.bytes;
      count += 1;
    }
    this.#isBusy = true;
    this.#lastTakenMs = nowMs;
    this.#bytes -= bytes;
    return this.#parts.splice(0, count);
  }

  done(): void {
    this.#isBusy = false;
  }
}
