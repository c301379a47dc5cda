const EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 8_000;

export interface HealthProbe {
  /** Of the last answer, for people; undefined when it was a good one. */
  trouble(): string | undefined;
  stop(): void;
}

export interface ProbeTimes {
  readonly everyMs?: number;
  readonly withinMs?: number;
}

/**
 * Asks a part that others depend on all the time what is wrong with it: a process without traffic would not notice, and who asks whether it is ready does not wait
 * for a slow one. `ask` answers with the trouble; when it throws, or is silent for too long, that is the trouble. `first`: while there was no answer yet.
 */
export function healthProbe(part: string, ask: () => Promise<string | undefined>, first: string | undefined, { everyMs = EVERY_MS, withinMs = ANSWER_WITHIN_MS }: ProbeTimes = {}): HealthProbe {
  let trouble = first;
  let stopped = false;
  async function run(): Promise<void> {
    while (!stopped) {
      trouble = await answerOf(ask, `${part} does not answer`, withinMs);
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

async function answerOf(ask: () => Promise<string | undefined>, silence: string, withinMs: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([ask(), new Promise<string>((resolve) => {
      timer = setTimeout(resolve, withinMs, silence).unref();
    })]);
  } catch {
    return silence;
  } finally {
    clearTimeout(timer);
  }
}
