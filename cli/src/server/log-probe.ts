const EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 8_000;

export interface LogProbe {
  trouble(): readonly string[];
  stop(): void;
}

/** Asks the log for something small all the time: a collector without traffic would not notice that it cannot store. */
export function logProbe(ask: () => Promise<unknown>): LogProbe {
  let trouble: readonly string[] = ['the event log has not answered yet'];
  let stopped = false;
  async function run(): Promise<void> {
    while (!stopped) {
      trouble = await answers(ask) ? [] : ['the event log does not answer'];
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS).unref());
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

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([ask(), new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), ANSWER_WITHIN_MS).unref();
    })]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
