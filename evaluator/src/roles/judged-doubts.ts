import { setTimeout as pause } from 'node:timers/promises';
import { statisticsOf } from '../detectors/signal-monitor.ts';
import type { DecideState, RouteState, TargetState } from '../policy/route-state.ts';
import { suspicionThreshold, thresholdOf } from '../policy/target-health.ts';
import { doubtSinceMs } from '../policy/weigh-judge.ts';

const POLL_MS = 1_000;

/** Since when a route is in doubt because of what the judge says: then the judge itself is looked at before anything rests on it. */
export class JudgedDoubts {
  readonly #read: () => Promise<readonly DecideState[]>;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #sinceMs: number | undefined;

  constructor(decided: { read(): Promise<readonly DecideState[]> }) {
    this.#read = () => decided.read();
    this.#done = this.#follow();
  }

  /** The newest of such doubts; undefined while there is none. */
  sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      // While the log does not answer, what was known last stands.
      this.#sinceMs = await this.#read().then(newestDoubt, () => this.#sinceMs);
      await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

export function newestDoubt(states: readonly DecideState[]): number | undefined {
  const since = states.flatMap((state) => Object.values(state.routes).filter((route) => route.project === state.policy.project)).flatMap((route) => doubtOf(route) ?? []);
  return since.length === 0 ? undefined : Math.max(...since);
}

function doubtOf({ phase, primary, targets }: RouteState): number | undefined {
  const target = primary === undefined ? undefined : targets[primary];
  // A story that the judge is part of already was decided.
  if (target === undefined || (phase.name !== 'inconclusive' && 'signals' in phase && phase.signals.includes('judge'))) return undefined;
  return isDoubtedByJudge(target) ? doubtSinceMs(phase) : undefined;
}

function isDoubtedByJudge(target: TargetState): boolean {
  if (Object.values(target.broken).some(({ signal, action }) => signal === 'judge' && action === 'switch')) return true;
  const monitor = target.monitors.judge;
  if (monitor === undefined) return false;
  const { alerting, switching } = statisticsOf(monitor);
  return Math.max(alerting, switching) >= suspicionThreshold(thresholdOf(target, 'judge'));
}
