import type { RecordWriter } from './record-writer.ts';

/** Runs inside the transaction. Throwing undoes the whole transaction; then each write of it is tried alone. */
type Work<Result> = (writer: RecordWriter) => Result;

interface PendingWrite {
  readonly work: Work<unknown>;
  readonly succeed: (result: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Writes that arrive in the same turn of the event loop share one transaction and one fsync, and each has its own fate. While the disk works
 * the next ones gather, so the groups grow with the load.
 */
export class GroupCommit {
  readonly #commit: (writes: (writer: RecordWriter) => void) => void;
  #pending: PendingWrite[] = [];

  /** `commit` runs what it is given in one transaction. */
  constructor(commit: (writes: (writer: RecordWriter) => void) => void) {
    this.#commit = commit;
  }

  /** Resolves when the write is durable. */
  write<Result>(work: Work<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#pending.length === 0) setImmediate(() => this.flush());
      this.#pending.push({ work, succeed: resolve as (result: unknown) => void, fail: reject });
    });
  }

  flush(): void {
    const writes = this.#pending;
    this.#pending = [];
    if (writes.length === 0) return;
    try {
      this.#commitTogether(writes);
    } catch (error) {
      if (writes.length === 1) writes[0]?.fail(error);
      else this.#commitEachAlone(writes);
    }
  }

  #commitTogether(writes: readonly PendingWrite[]): void {
    const results: unknown[] = [];
    this.#commit((writer) => {
      for (const write of writes) results.push(write.work(writer));
    });
    for (const [index, write] of writes.entries()) write.succeed(results[index]);
  }

  #commitEachAlone(writes: readonly PendingWrite[]): void {
    for (const write of writes) {
      try {
        this.#commitTogether([write]);
      } catch (error) {
        write.fail(error);
      }
    }
  }
}
