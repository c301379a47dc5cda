import type { TopicName } from '@understudy/contracts/topics';
import type { EventLog, PartitionOwnership, StepHandler, StepOutcome } from '@understudy/log/event-log';

export interface RoleOptions {
  readonly log: EventLog;
  readonly group: string;
  readonly topic: TopicName;
  readonly partition: number;
  /** Makes the handler anew at every acquisition: what it keeps in memory must match the committed state. */
  readonly prepare: (log: EventLog, nextOffset: number) => Promise<StepHandler>;
  readonly maxRecords?: number;
  /** Step also without records, this often (a role that is driven by time). */
  readonly everyMs?: number;
  readonly say: (text: string) => void;
}

export interface RunningRole {
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
    const { log, topic } = this.#options;
    let appended = true;
    const unsubscribe = log.onAppend(topic, () => {
      appended = true;
      this.#wake?.();
    });
    while (!this.#stopped) {
      try {
        const ownership = await log.acquire(this.#options.group, topic, this.#options.partition);
        await this.#stepUntilTrouble(ownership, () => {
          const was = appended;
          appended = false;
          return was;
        });
      } catch (error) {
        this.failures += 1;
        if (this.failures <= 3 || this.failures % 50 === 0) this.#options.say(`${this.#options.group}/${this.#options.partition}: ${error instanceof Error ? error.message : String(error)}; trying again`);
        await this.#sleep(Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(this.failures, 10)));
      }
    }
    unsubscribe();
  }

  async #stepUntilTrouble(ownership: PartitionOwnership, takeAppended: () => boolean): Promise<void> {
    const { log, group, topic, partition, everyMs, maxRecords } = this.#options;
    const stored = await log.readState(group, topic, partition);
    const handler = await this.#options.prepare(log, stored?.nextOffset ?? 0);
    while (!this.#stopped) {
      takeAppended();
      const outcome: StepOutcome = await ownership.step(handler, { maxRecords: maxRecords ?? 500, allowEmpty: everyMs !== undefined });
      if (outcome.kind === 'fenced') throw new Error('another owner has taken the partition');
      if (outcome.kind === 'full') throw new Error(`the log is full (${outcome.reason})`);
      this.failures = 0;
      if (everyMs !== undefined) await this.#sleep(everyMs);
      else if (outcome.kind === 'idle' && !takeAppended()) await this.#sleep(IDLE_WAIT_MS);
    }
    await ownership.release();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
