import type { TopicName } from '@understudy/contracts/topics';
import type { EventLog, PartitionOwnership, StepHandler, StoredState } from '@understudy/log/event-log';
import { countDeadLetters, newRoleCounters, type RoleCounters } from './role-counters.ts';

export interface RoleOptions {
  readonly log: EventLog;
  readonly group: string;
  readonly topic: TopicName;
  readonly partition: number;
  /** Makes the handler anew at every acquisition: what it keeps in memory must match the committed state. */
  readonly prepare: (stored: StoredState) => Promise<StepHandler> | StepHandler;
  /** Whenever the partition is no longer this role's: given up, taken, or after a failure. */
  readonly onLost?: () => void;
  readonly maxRecords?: number;
  /** Least time between two steps: a role whose steps cost the same whatever is in them (an insert) gathers a batch first. */
  readonly gatherMs?: number;
  /** Step also without records, this often: a role that is driven by time. */
  readonly everyMs?: number;
  readonly say: (text: string) => void;
}

export interface RunningRole {
  readonly group: string;
  readonly topic: TopicName;
  readonly partition: number;
  readonly counters: RoleCounters;
  /** The partition is (still) this process's to serve: after it was fenced it may take it again. */
  confirm(): void;
  /** Resolves when the step under way has ended. */
  stop(): Promise<void>;
  /** False while it is between a failure and its next try, and when a step does not end. */
  healthy(): boolean;
}

const IDLE_WAIT_MS = 1_000;
const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 10_000;
/** An insert may wait for its deadline and a deadline of the log; what takes longer does not come back by itself. */
const STUCK_MS = 120_000;
/** Who was fenced and is never confirmed takes the partition back after this time: longer than the others need to notice each other. */
const UNCONFIRMED_WAIT_MS = 20_000;

/** Runs one role on one partition until it is stopped: step after step, again after every failure, from the last commit. */
export function runRole(options: RoleOptions): RunningRole {
  const { group, topic, partition } = options;
  const loop = new RoleLoop(options);
  const done = loop.run();
  return {
    group, topic, partition, counters: loop.counters,
    confirm: () => loop.confirm(),
    async stop() {
      loop.stop();
      await done;
    },
    healthy: () => loop.healthy(),
  };
}

class RoleLoop {
  readonly counters = newRoleCounters();
  #failuresInARow = 0;
  #busySinceMs: number | undefined;
  #stopped = false;
  #appended = true;
  #confirmed = false;
  #wake: (() => void) | undefined;
  readonly #options: RoleOptions;

  constructor(options: RoleOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  confirm(): void {
    this.#confirmed = true;
    this.#wake?.();
  }

  healthy(): boolean {
    return this.#failuresInARow === 0 && (this.#busySinceMs === undefined || performance.now() - this.#busySinceMs < STUCK_MS);
  }

  async run(): Promise<void> {
    const { log, group, topic, partition, onLost } = this.#options;
    const unsubscribe = log.onAppend(topic, () => {
      this.#appended = true;
      this.#wake?.();
    });
    while (!this.#stopped) {
      try {
        const ownership = await this.#busy(() => log.acquire(group, topic, partition));
        await this.#stepWhileOwner(ownership);
      } catch (error) {
        await this.#afterFailure(error);
      } finally {
        onLost?.();
      }
    }
    unsubscribe();
  }

  /** Ends when it is stopped, and some time after another owner took the partition. */
  async #stepWhileOwner(ownership: PartitionOwnership): Promise<void> {
    this.#confirmed = false;
    try {
      const handler = await this.#busy(async () => this.#options.prepare(ownership.stored));
      const end = await this.#stepUntilFenced(ownership, this.#counting(handler));
      if (end === 'stopped') return;
    } finally {
      await ownership.release().catch(() => undefined);
    }
    this.counters.fenced += 1;
    this.#options.onLost?.();
    // Taking it back at once would fence the one who has it rightly: first hear whose it is.
    await this.#sleep(UNCONFIRMED_WAIT_MS, () => this.#stopped || this.#confirmed);
  }

  async #stepUntilFenced(ownership: PartitionOwnership, handler: StepHandler): Promise<'stopped' | 'fenced'> {
    const { everyMs, gatherMs, maxRecords } = this.#options;
    const limits = { maxRecords: maxRecords ?? 500, allowEmpty: everyMs !== undefined };
    while (!this.#stopped) {
      this.#appended = false;
      const outcome = await this.#busy(() => ownership.step(handler, limits));
      if (outcome.kind === 'fenced') return 'fenced';
      if (outcome.kind === 'full') throw new Error(`the log takes no more: ${outcome.reason}`);
      this.#failuresInARow = 0;
      if (outcome.kind === 'committed') this.#noteStep(outcome.records);
      if (gatherMs !== undefined && outcome.kind === 'committed' && outcome.records < limits.maxRecords) await this.#pause(gatherMs);
      if (everyMs !== undefined) await this.#waitForAppend(everyMs);
      else if (outcome.kind === 'idle') await this.#waitForAppend(IDLE_WAIT_MS);
    }
    return 'stopped';
  }

  #counting(handler: StepHandler): StepHandler {
    return async (input) => {
      const startedMs = performance.now();
      try {
        const result = await handler(input);
        countDeadLetters(this.counters, result.outputs);
        return result;
      } finally {
        this.counters.handlerMs += performance.now() - startedMs;
      }
    };
  }

  /** It was the owner until now: only what is heard afterwards says that it may take the partition back once it is fenced. */
  #noteStep(records: number): void {
    this.#confirmed = false;
    this.counters.steps += 1;
    this.counters.records += records;
  }

  async #busy<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#busySinceMs = performance.now();
    try {
      return await work();
    } finally {
      this.#busySinceMs = undefined;
    }
  }

  async #afterFailure(error: unknown): Promise<void> {
    if (this.#stopped) return;
    this.counters.failures += 1;
    this.#failuresInARow += 1;
    if (this.#failuresInARow <= 3 || this.#failuresInARow % 50 === 0) {
      this.#options.say(`${this.#options.group}/${this.#options.partition}: ${error instanceof Error ? error.message : String(error)}; trying again from the last commit`);
    }
    await this.#pause(Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(this.#failuresInARow, 10)));
  }

  /** Returns at once when something was appended since the step began. */
  async #waitForAppend(ms: number): Promise<void> {
    if (!this.#appended) await this.#sleep(ms, () => this.#stopped || this.#appended);
  }

  #pause(ms: number): Promise<void> {
    return this.#sleep(ms, () => this.#stopped);
  }

  #sleep(ms: number, isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#wake = () => {
        if (isOver()) end();
      };
      this.#wake();
    });
  }
}
