import type { TopicName } from '@understudy/contracts/topics';
import { AppendListeners } from '../append-listeners.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { TopicWatcher } from './topic-watcher.ts';

/** Wakes who waits for records: by what is fetched for owned partitions anyway, else by watching the topic. */
export class TopicWaking {
  readonly #openCluster: () => KafkaCluster;
  readonly #prefix: string;
  readonly #listeners = new AppendListeners();
  readonly #owned = new Map<TopicName, number>();
  #watcher: TopicWatcher | undefined;

  constructor(openCluster: () => KafkaCluster, prefix: string) {
    this.#openCluster = openCluster;
    this.#prefix = prefix;
  }

  add(topic: TopicName, listener: () => void): () => void {
    const remove = this.#listeners.add(topic, listener);
    this.#decide(topic);
    return () => {
      remove();
      this.#decide(topic);
    };
  }

  notify(topic: TopicName): void {
    this.#listeners.notify(topic);
  }

  /** A partition of the topic is fetched from now on. */
  owned(topic: TopicName): void {
    this.#owned.set(topic, (this.#owned.get(topic) ?? 0) + 1);
    this.#decide(topic);
  }

  disowned(topic: TopicName): void {
    this.#owned.set(topic, (this.#owned.get(topic) ?? 0) - 1);
    this.#decide(topic);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#watcher?.stop();
    this.#watcher = undefined;
  }

  #decide(topic: TopicName): void {
    if (this.#listeners.has(topic) && (this.#owned.get(topic) ?? 0) === 0) this.#watch().watch(this.#prefix + topic);
    else this.#watcher?.unwatch(this.#prefix + topic);
  }

  #watch(): TopicWatcher {
    this.#watcher ??= new TopicWatcher(this.#openCluster(), (topic) => this.notify(topic.slice(this.#prefix.length) as TopicName));
    return this.#watcher;
  }
}
