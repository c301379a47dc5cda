import type { TopicName } from '@understudy/contracts/topics';
import type { EventLog, PartitionOwnership, StepHandler, StoredState } from '@understudy/log/event-log';

export interface RoleOptions {
  readonly log: EventLog;
  readonly group: string;
  readonly topic: TopicName;
  readonly partition: number;
  /** Makes the handler anew at every acquisition: what it keeps in memory must match the committed state. */
  readonly prepare: (stored: StoredState) => Promise<StepHandler> | StepHandler;
  readonly maxRecords?: number;
  /** Least time between two steps: a role whose steps cost the same whatever is in them (an insert) gathers a batch first. */
  readonly gatherMs?: number;
  /** Step also without records, this often: a role that is driven by time. */
  readonly everyMs?: number;
  readonly say: (text: string) => void;
}

export interface RunningRole {
  /** `GROUP/PARTITION`, for messages. */
  readonly name: string;
  /** Resolves when the step under way has ended. */
  stop(): Promise<void>;
  /** False while it is between a failure and its next try. */
  healthy(): boolean;
}

const IDLE_WAIT_MS = 1_000;
const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 10_000;

/** Runs one role on one partition until it is stopped: step after step, again after every failure, from the last commit. */
export function runRole(options: RoleOptions): RunningRole {
  const loop = new RoleLoop(options);
  const done = loop.run();
  return {
    name: `${options.group}/${options.partition}`,
    async stop() {
      loop.stop();
      await done;
    },
    healthy: () => loop.failures === 0,
  };
}

class RoleLoop {
  failures = 0;
  #stopped = false;
  #appended = true;
  #wake: (() => void) | undefined;
  readonly #options: RoleOptions;

  constructor(options: RoleOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  async run(): Promise<void> {
    const { log, group, topic, partition } = this.#options;
    const unsubscribe = log.onAppend(topic, () => {
      this.#appended = true;
      this.#wake?.();
    });
    while (!this.#stopped) {
      try {
        const ownership = await log.acquire(group, topic, partition);
        const handler = await this.#options.prepare(ownership.stored);
        await this.#stepUntilTrouble(ownership, handler);
      } catch (error) {
        await this.#afterFailure(error);
      }
    }
    unsubscribe();
  }

  async #stepUntilTrouble(ownership: PartitionOwnership, handler: StepHandler): Promise<void> {
    const { everyMs, gatherMs, maxRecords } = this.#options;
    const limits = { maxRecords: maxRecords ?? 500, allowEmpty: everyMs !== undefined };
    while (!this.#stopped) {
      this.#appended = false;
      const outcome = await ownership.step(handler, limits);
      if (outcome.kind === 'fenced') throw new Error('another owner has taken the partition');
      if (outcome.kind === 'full') throw new Error(`the log takes no more: ${outcome.reason}`);
      this.failures = 0;
      if (gatherMs !== undefined && outcome.kind === 'committed' && outcome.records < limits.maxRecords) await this.#pause(gatherMs);
      if (everyMs !== undefined) await this.#waitForAppend(everyMs);
      else if (outcome.kind === 'idle') await this.#waitForAppend(IDLE_WAIT_MS);
    }
    await ownership.release();
  }

  async #afterFailure(error: unknown): Promise<void> {
    this.failures += 1;
    if (this.failures <= 3 || this.failures % 50 === 0) {
      this.#options.say(`${this.#options.group}/${this.#options.partition}: ${error instanceof Error ? error.message : String(error)}; trying again from the last commit`);
    }
    await this.#pause(Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(this.failures, 10)));
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
