/** Work held at most; beyond it the call that comes does its own, so that memory stays bounded. */
const MAX_PENDING = 5_000;
/** Longest the event loop is kept at a time, ms. */
const SLICE_MS = 5;

/** Work that the application's answer need not wait for: done between its own turns, in small slices. */
export class DeferredWork {
  #pending: (() => void)[] = [];
  #next = 0;
  #scheduled = false;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  push(work: () => void): void {
    if (this.#pending.length - this.#next >= MAX_PENDING) {
      runQuietly(work);
      return;
    }
    this.#pending.push(work);
    this.#schedule();
  }

  /** Everything that is still to do, now. */
  flush(): void {
    while (this.#next < this.#pending.length) this.#runNext();
    this.#pending = [];
    this.#next = 0;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#runSlice();
    });
  }

  #runSlice(): void {
    const until = this.#nowMs() + SLICE_MS;
    while (this.#next < this.#pending.length && this.#nowMs() < until) this.#runNext();
    if (this.#next < this.#pending.length) {
      this.#schedule();
      return;
    }
    this.#pending = [];
    this.#next = 0;
  }

  #runNext(): void {
    const work = this.#pending[this.#next];
    this.#pending[this.#next] = NOTHING;
    this.#next += 1;
    if (work !== undefined) runQuietly(work);
  }
}

const NOTHING = (): void => {};

/** Telemetry never throws into the application. */
function runQuietly(work: () => void): void {
  try {
    work();
  } catch {
    // A span less is better than a failed call.
  }
}
