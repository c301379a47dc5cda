import type { StoreHealth } from '@understudy/evaluator/store/check-store';

const EVERY_MS = 5_000;

export interface StoreProbe {
  /** Of the last answer; undefined while there was none. */
  trouble(): string | undefined;
  stop(): void;
}

/**
 * Asks the store all the time what the controller asks it. Who asks whether this process is ready does not wait for a slow store: a probe that is answered
 * late takes a process out of service that could serve.
 */
export function storeProbe(check: () => Promise<StoreHealth>, everyMs = EVERY_MS): StoreProbe {
  let trouble: string | undefined;
  let stopped = false;
  async function run(): Promise<void> {
    while (!stopped) {
      const health = await check();
      trouble = health.kind === 'well' ? undefined : health.problem.message;
      await new Promise((resolve) => setTimeout(resolve, everyMs).unref());
    }
  }
  void run();
  return {
    trouble: () => trouble,
    stop() {
      stopped = true;
    },
  };
}
