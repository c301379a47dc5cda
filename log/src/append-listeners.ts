import type { TopicName } from '@understudy/contracts/topics';

/** Who waits for records of a topic. */
export class AppendListeners {
  readonly #listeners = new Map<TopicName, Set<() => void>>();

  add(topic: TopicName, listener: () => void): () => void {
    const own = () => listener();
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(own));
    return () => listeners.delete(own);
  }

  has(topic: TopicName): boolean {
    return (this.#listeners.get(topic)?.size ?? 0) > 0;
  }

  /** A listener that throws is a programming error of its owner and does not reach the log. */
  notify(topic: TopicName): void {
    const listeners = this.#listeners.get(topic);
    for (const listener of listeners ?? []) {
      queueMicrotask(() => {
        if (listeners?.has(listener)) listener();
      });
    }
  }

  notifyAll(): void {
    for (const topic of this.#listeners.keys()) this.notify(topic);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
