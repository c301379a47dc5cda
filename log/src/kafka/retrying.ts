import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaCluster } from './kafka-cluster.ts';
import { isRetryable, isStaleCoordinator, isStaleMetadata } from './problems.ts';

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 500;

export interface RetryOptions {
  /** So long from the first try on no further try begins. */
  readonly withinMs: number;
  /** Asked after each failure: true stops the tries. */
  readonly isOver?: () => boolean;
}

/** Tries what may be repeated without harm, with the leaders and coordinators looked up anew where the failure says so. Throws the last failure. */
export async function retrying<Result>(cluster: KafkaCluster, options: RetryOptions, attempt: () => Promise<Result>): Promise<Result> {
  const endAtMs = performance.now() + options.withinMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetryable(error) || options.isOver?.() === true || performance.now() + pauseMs >= endAtMs) throw error;
      await pause(pauseMs);
      await lookUpAgain(cluster, error);
    }
  }
}

/** A look-up that fails is no news: the next try tells. */
async function lookUpAgain(cluster: KafkaCluster, error: unknown): Promise<void> {
  if (isStaleCoordinator(error)) cluster.forgetCoordinators();
  if (isStaleMetadata(error)) await cluster.refresh().catch(() => undefined);
}
