import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Subscription } from '../../event-log.ts';
import type { KafkaConnectionOptions } from '../connection.ts';
import { joinGroup } from '../membership/join-group.ts';

export type Partitions = readonly number[];

/** A member as a test sees it: every assignment that it heard of, in order. */
export interface TestMember {
  readonly heard: readonly Partitions[];
  /** What it last heard of; undefined before the first time. */
  readonly has: () => Partitions | undefined;
}

export interface MemberHere extends TestMember {
  readonly subscription: Subscription;
  readonly said: readonly string[];
}

export interface MemberElsewhere extends TestMember {
  readonly process: ChildProcess;
}

/** Members of one group; those that are left over at the end are ended. */
export class GroupMembers {
  readonly #connection: KafkaConnectionOptions;
  readonly #groupId: string;
  readonly #topic: string;
  readonly #leaveAll: (() => Promise<void> | void)[] = [];

  constructor(connection: KafkaConnectionOptions, groupId: string, topic: string) {
    this.#connection = connection;
    this.#groupId = groupId;
    this.#topic = topic;
  }

  join(): MemberHere {
    const heard: Partitions[] = [];
    const said: string[] = [];
    const subscription = joinGroup(this.#connection, { groupId: this.#groupId, topic: this.#topic, onAssigned: (partitions) => heard.push(partitions), say: (text) => said.push(text) });
    this.#leaveAll.push(() => subscription.leave());
    return { heard, said, subscription, has: () => heard.at(-1) };
  }

  joinElsewhere(): MemberElsewhere {
    const heard: Partitions[] = [];
    const child = spawn(process.execPath, [fileURLToPath(new URL('./member-process.ts', import.meta.url)), this.#connection.brokers.join(','), this.#groupId, this.#topic], { stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface({ input: child.stdout }).on('line', (line) => heard.push(JSON.parse(line) as Partitions));
    this.#leaveAll.push(() => void child.kill('SIGKILL'));
    return { heard, process: child, has: () => heard.at(-1) };
  }

  async leaveAll(): Promise<void> {
    await Promise.all(this.#leaveAll.map((leave) => leave()));
  }
}

/** True when the members share all partitions evenly. */
export function share(members: readonly TestMember[], partitions: number): boolean {
  const all = members.map((member) => member.has() ?? []);
  const sizes = all.map(({ length }) => length);
  return new Set(all.flat()).size === partitions && all.flat().length === partitions && Math.max(...sizes) - Math.min(...sizes) <= 1;
}

/** Resolves with the milliseconds that it took. */
export async function until(what: string, withinMs: number, holds: () => boolean): Promise<number> {
  const beganMs = performance.now();
  while (!holds()) {
    if (performance.now() - beganMs > withinMs) throw new Error(`after ${withinMs} ms it is not so that ${what}`);
    await pause(20);
  }
  return Math.round(performance.now() - beganMs);
}
