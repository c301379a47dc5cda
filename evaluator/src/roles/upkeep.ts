import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import type { EventLog } from '@understudy/log/event-log';
import type { DecideStates } from './follow-decide-states.ts';
import { BaselineLearner, type LearningTarget } from '../baselines/learn-baselines.ts';
import type { ActiveRoute } from '../overrides/guards.ts';
import type { Finding } from '../overrides/lead.ts';
import { primaryOf } from '../policy/desired-entry.ts';
import { learningOf } from '../policy/learning.ts';
import type { DecideState, RouteState } from '../policy/route-state.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { WindowCloser } from '../windows/close-windows.ts';

const EVERY_MS = 1_000;
const RETAIN_EVERY_MS = 60_000;
const ACTIVE_MS = 15 * 60_000;

export interface Upkeep {
  /** Baselines and thresholds found since the last call. */
  takeFindings(): Finding[];
  activeRoutes(): readonly ActiveRoute[];
  stop(): Promise<void>;
}

export interface UpkeepOptions {
  readonly log: EventLog;
  readonly store: AnalyticsStore;
  readonly decided: DecideStates;
  readonly policy: () => Policy;
  readonly now: () => number;
  readonly say: (text: string) => void;
}

/**
 * What the leader does beside its steps: reads decide's committed states, freezes baselines and closes windows in the analytics store, lets the log forget.
 * While the store is down the findings are missing and everything else goes on.
 */
export function startUpkeep(options: UpkeepOptions): Upkeep {
  const { log, store, decided, policy, now, say } = options;
  const learner = new BaselineLearner(store);
  const windows = new WindowCloser(log, store);
  const findings: Finding[] = [];
  let active: readonly ActiveRoute[] = [];
  let retainedAtMs = now();
  let lastTrouble = '';

  async function turn(): Promise<void> {
    const states = await decided.read();
    active = states.flatMap(activeRoutesOf);
    findings.push(...(await learner.run(policy(), states.flatMap(learningTargetsOf), now())));
    await windows.run(now());
    if (now() - retainedAtMs >= RETAIN_EVERY_MS) {
      retainedAtMs = now();
      await log.retain();
    }
    lastTrouble = '';
  }

  let stopped = false;
  let wake: () => void = () => undefined;
  async function loop(): Promise<void> {
    while (!stopped) {
      await turn().catch((error: unknown) => {
        const trouble = error instanceof Error ? error.message : String(error);
        if (trouble !== lastTrouble) say(`upkeep: ${trouble}; trying again every second`);
        lastTrouble = trouble;
      });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, EVERY_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (stopped) wake();
      });
    }
  }
  const done = loop();
  return {
    takeFindings: () => findings.splice(0),
    activeRoutes: () => active,
    async stop() {
      stopped = true;
      wake();
      await done;
    },
  };
}

const SUSPECT_PHASES: ReadonlySet<string> = new Set(['suspect', 'degraded', 'exhausted']);

/** Of the project that is served: nothing is published for others, so they have no say in the guards, and nothing is learned for them. */
function servedRoutes(state: DecideState): RouteState[] {
  return Object.values(state.routes).filter((route) => route.project === state.policy.project);
}

function activeRoutesOf(state: DecideState): ActiveRoute[] {
  return servedRoutes(state).filter((route) => state.nowMs - route.lastCallMs < ACTIVE_MS).map((route) => ({
    route: route.route, primary: primaryOf(routePolicyOf(state.policy, route.route), route) ?? '', suspect: SUSPECT_PHASES.has(route.phase.name),
  }));
}

function learningTargetsOf(state: DecideState): LearningTarget[] {
  return servedRoutes(state).flatMap((route) => Object.values(route.targets).map((target) => ({
    project: route.project, route: route.route, target: target.id, calls: target.calls, ...learningOf(state, route, target),
  })));
}
