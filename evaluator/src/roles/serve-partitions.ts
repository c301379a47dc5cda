import { setTimeout as pause } from 'node:timers/promises';
import type { TopicName } from '@understudy/contracts/topics';
import type { EventLog, Subscription } from '@understudy/log/event-log';
import { type RoleOptions, type RunningRole, runRole } from './run-role.ts';

export interface PartitionsOptions {
  readonly log: EventLog;
  readonly group: string;
  readonly topic: TopicName;
  readonly say: (text: string) => void;
  /** What the role does on a partition. */
  readonly role: (partition: number) => Omit<RoleOptions, 'log' | 'group' | 'topic' | 'partition' | 'say'>;
}

export interface ServedPartitions {
  readonly group: string;
  readonly topic: TopicName;
  /** Those that this process serves now. */
  roles(): readonly RunningRole[];
  /** Why it does not do its share, for people; undefined when all is well. */
  trouble(): string | undefined;
  /** Lets the steps under way end, and leaves the group. */
  stop(): Promise<void>;
}

const RETRY_MS = 2_000;
/** A stop has 5 s for everything. */
const STEPS_END_WITHIN_MS = 1_000;

/** Runs a role on whichever partitions of a topic this process is to serve, as members of its group come and go. */
export function servePartitions(options: PartitionsOptions): ServedPartitions {
  const serving = new Serving(options);
  return {
    group: options.group, topic: options.topic,
    roles: () => serving.roles(),
    trouble: () => serving.trouble(),
    stop: () => serving.stop(),
  };
}

class Serving {
  readonly #options: PartitionsOptions;
  readonly #roles = new Map<number, RunningRole>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #joined: Promise<void>;
  #subscription: Subscription | undefined;
  #isAssigned = false;
  readonly #stopping = new AbortController();

  constructor(options: PartitionsOptions) {
    this.#options = options;
    this.#joined = this.#join();
  }

  roles(): readonly RunningRole[] {
    return [...this.#roles.values()];
  }

  trouble(): string | undefined {
    const { group, topic } = this.#options;
    if (this.#subscription?.healthy() !== true || !this.#isAssigned) return `${group} has no place in its group for ${topic}`;
    const failing = this.roles().filter((role) => !role.healthy());
    return failing.length === 0 ? undefined : `${group} fails on ${topic} ${failing.map((role) => role.partition).join(', ')}`;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#joined;
    for (const partition of this.#roles.keys()) this.#end(partition);
    const ended = Promise.all(this.#leaving);
    // A step that hangs (an insert into a store that is away) keeps the others from nothing: it is fenced when they take over.
    await Promise.race([ended, pause(STEPS_END_WITHIN_MS, undefined, { ref: false })]);
    await Promise.all([ended, this.#subscription?.leave()]);
  }

  async #join(): Promise<void> {
    const { log, group, topic, say } = this.#options;
    while (!this.#stopping.signal.aborted && this.#subscription === undefined) {
      try {
        this.#subscription = await log.subscribe(group, topic, (partitions) => this.#assign(partitions));
      } catch (error) {
        say(`${group}: cannot join those who read ${topic}: ${error instanceof Error ? error.message : String(error)}; trying again`);
        await pause(RETRY_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  #assign(partitions: readonly number[]): void {
    if (this.#stopping.signal.aborted) return;
    this.#isAssigned = true;
    for (const partition of this.#roles.keys()) if (!partitions.includes(partition)) this.#end(partition);
    for (const partition of partitions) {
      const running = this.#roles.get(partition);
      if (running === undefined) this.#roles.set(partition, this.#begin(partition));
      else running.confirm();
    }
  }

  #begin(partition: number): RunningRole {
    const { log, group, topic, say, role } = this.#options;
    return runRole({ log, group, topic, partition, say, ...role(partition) });
  }

  #end(partition: number): void {
    const role = this.#roles.get(partition);
    if (role === undefined) return;
    this.#roles.delete(partition);
    const left = role.stop().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }
}
