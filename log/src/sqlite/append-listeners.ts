import type { TopicName } from '@understudy/contracts/topics';

/** How often it is looked whether another process has written, ms. */
const LOOK_EVERY_MS = 250;

/** Wakes who waits for records. */
export class AppendListeners {
  readonly #listeners = new Map<TopicName, Set<() => void>>();
  readonly #dataVersion: () => number;
  #seenVersion: number;
  #timer: NodeJS.Timeout | undefined;

  /** `dataVersion` changes when another connection has committed, https://www.sqlite.org/pragma.html#pragma_data_version */
  constructor(dataVersion: () => number) {
    this.#dataVersion = dataVersion;
    this.#seenVersion = dataVersion();
  }

  add(topic: TopicName, listener: () => void): () => void {
    const own = () => listener();
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(own));
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    return () => listeners.delete(own);
  }

  /** A listener that throws is a programming error of its owner and does not reach the log. */
  notify(topics: Iterable<TopicName>): void {
    for (const topic of topics) {
      const listeners = this.#listeners.get(topic);
      for (const listener of listeners ?? []) {
        queueMicrotask(() => {
          if (listeners?.has(listener)) listener();
        });
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #look(): void {
    try {
      const version = this.#dataVersion();
      if (version === this.#seenVersion) return;
      this.#seenVersion = version;
    } catch {
      // A disk in trouble: waking for nothing is allowed, and who then reads is told what is wrong.
    }
    this.notify(this.#listeners.keys());
  }
}
