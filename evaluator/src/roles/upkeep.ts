import { setTimeout as pause } from 'node:timers/promises';
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
import { ThresholdWatch, type WatchedTarget } from '../windows/watch-thresholds.ts';

const EVERY_MS = 1_000;
const RETAIN_EVERY_MS = 60_000;
const ACTIVE_MS = 15 * 60_000;

/** One time in office; several may overlap for a moment, the last one counts. */
export interface Term {
  /** Baselines, thresholds and what the plain rules of the policy said since the last call. */
  takeFindings(): Finding[];
  activeRoutes(): readonly ActiveRoute[];
  end(): void;
}

export interface Upkeep {
  /** Begins to work. Resolves when it knows the active routes: the guards of the first turn need them. */
  lead(): Promise<Term>;
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
 * What the leader does beside its steps, and nobody else: reads decide's committed states, freezes baselines and closes windows in the analytics store, lets the log forget.
 * While the store is down the findings are missing and everything else goes on.
 */
export function startUpkeep(options: UpkeepOptions): Upkeep {
  const { decided, say } = options;
  let leading: OpenTerm | undefined;
  let lastTrouble = '';

  async function turn(): Promise<void> {
    await leading?.work();
    lastTrouble = '';
  }

  const stopping = new AbortController();
  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await turn().catch((error: unknown) => {
        const trouble = error instanceof Error ? error.message : String(error);
        if (trouble !== lastTrouble) say(`upkeep: ${trouble}; trying again every second`);
        lastTrouble = trouble;
      });
      await pause(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  const done = loop();
  return {
    async lead() {
      const term = new OpenTerm(options, (await decided.read()).flatMap(activeRoutesOf));
      leading = term;
      return {
        takeFindings: () => term.findings.splice(0),
        activeRoutes: () => term.active,
        end: () => {
          if (leading === term) leading = undefined;
        },
      };
    },
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** Begins anew at each term: another leader may have gone on meanwhile. */
class OpenTerm {
  readonly findings: Finding[] = [];
  active: readonly ActiveRoute[];
  readonly #options: UpkeepOptions;
  readonly #learner: BaselineLearner;
  readonly #windows: WindowCloser;
  readonly #rules: ThresholdWatch;
  #retainedAtMs: number;

  constructor(options: UpkeepOptions, active: readonly ActiveRoute[]) {
    this.#options = options;
    this.active = active;
    this.#learner = new BaselineLearner(options.store);
    this.#windows = new WindowCloser(options.log, options.store);
    this.#rules = new ThresholdWatch(options.store);
    this.#retainedAtMs = options.now();
  }

  async work(): Promise<void> {
    const { log, decided, policy, now } = this.#options;
    const states = await decided.read();
    this.active = states.flatMap(activeRoutesOf);
    if (now() - this.#retainedAtMs >= RETAIN_EVERY_MS) {
      this.#retainedAtMs = now();
      await log.retain();
    }
    this.findings.push(...(await this.#learner.run(policy(), states.flatMap(learningTargetsOf), now())));
    const closedUntilMs = await this.#windows.run(now());
    this.findings.push(...(await this.#rules.run(policy(), states.flatMap(watchedTargetsOf), closedUntilMs, now())));
  }
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

function watchedTargetsOf(state: DecideState): WatchedTarget[] {
  return servedRoutes(state).flatMap(({ project, route, targets }) => Object.keys(targets).map((target) => ({ project, route, target })));
}
