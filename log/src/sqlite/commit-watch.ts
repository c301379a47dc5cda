/** How often it is looked whether another process has written, ms. */
const LOOK_EVERY_MS = 250;

/** Notices what other processes commit to the same file. */
export class CommitWatch {
  readonly #dataVersion: () => number;
  readonly #onCommit: () => void;
  #seenVersion: number;
  #timer: NodeJS.Timeout | undefined;

  /** `dataVersion` changes when another connection has committed, https://www.sqlite.org/pragma.html#pragma_data_version */
  constructor(dataVersion: () => number, onCommit: () => void) {
    this.#dataVersion = dataVersion;
    this.#onCommit = onCommit;
    this.#seenVersion = dataVersion();
  }

  /** Until `stop`; it may be asked to begin more than once. */
  begin(): void {
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    try {
      const version = this.#dataVersion();
      if (version === this.#seenVersion) return;
      this.#seenVersion = version;
    } catch {
      // A disk in trouble: waking for nothing is allowed, and who then reads is told what is wrong.
    }
    this.#onCommit();
  }
}
