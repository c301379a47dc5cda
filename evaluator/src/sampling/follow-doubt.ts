import type { JudgeHealth } from '@understudy/contracts/evidence';
import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import { routeKey } from '@understudy/contracts/topics';
import type { DecideState } from '../policy/route-state.ts';
import { doubtOf } from './doubt.ts';
import { belowFloor, type Doubt, type SampledTarget, type SamplingPlan, samplingPlan } from './plan.ts';
import { SamplingSession } from './sampling-session.ts';
import { toldOfJudge } from './told-of-judge.ts';
import { JudgedTraffic, type TrafficView } from './traffic.ts';

export interface SamplerOptions {
  /** Decide's committed states (`DecideStates`): what is doubted, and whether the judge's verdicts count. While nobody has told, they do. */
  readonly states: { read(): Promise<readonly DecideState[]> };
  /** The policy in force. */
  readonly policy: () => Policy;
  readonly say: (text: string) => void;
}

/** Plans which calls are judged. */
export interface Sampler {
  /** Undefined where nothing is drawn: no judge in the policy, the route is not judged, another project, or verdicts do not count now (heuristics only). */
  planFor(of: SampledTarget, seen: TrafficView): SamplingPlan | undefined;
  /** For one ownership of a partition: what a step notes counts when it has been committed. */
  openSession(): SamplingSession;
  stop(): Promise<void>;
}

const POLL_MS = 2_000;
/** Doubts that are kept until the next poll; more are worked out anew each time. */
const MOST_KEPT = 20_000;

/** Follows what the choice of judged calls depends on. Until the first look sampling is as the policy says. */
export function startSampler(options: SamplerOptions): Sampler {
  const { policy, say } = options;
  const traffic = new JudgedTraffic();
  const doubts = new Map<string, Doubt>();
  const stopping = new AbortController();
  let states: readonly DecideState[] = [];
  let complained = false;

  async function look(): Promise<void> {
    if (policy().judge === undefined) return;
    try {
      states = await options.states.read();
      complained = false;
    } catch (error) {
      // What was known last stands: a plan needs not be the newest, only known before the calls.
      if (!complained) say(`cannot read what the choice of judged calls depends on: ${error instanceof Error ? error.message : String(error)}; trying again`);
      complained = true;
    }
    doubts.clear();
  }

  function doubt({ project, route, target, purpose }: SampledTarget): Doubt {
    const key = JSON.stringify([project, route, target, purpose]);
    let found = doubts.get(key);
    if (found === undefined) {
      found = doubtOf(policy(), routeIn(states, project, route), target, purpose);
      if (doubts.size < MOST_KEPT) doubts.set(key, found);
    }
    return found;
  }

  const sampler: Sampler = {
    planFor(of, seen) {
      const { judge, project } = policy();
      const { enabled, samplePercent, floorPerHour } = routePolicyOf(policy(), of.route).judge;
      if (judge === undefined || !enabled || of.project !== project) return undefined;
      const doubted = doubt(of);
      if (!mayDraw(toldOfJudge(states)?.health, doubted)) return undefined;
      const budget = (samplePercent ?? judge.samplePercent) / 100;
      return samplingPlan({ budget, flaggedShare: seen.flaggedShare, doubt: doubted, belowFloor: belowFloor(seen, budget, floorPerHour) });
    },
    openSession: () => new SamplingSession(sampler, traffic),
    async stop() {
      stopping.abort();
      await done;
    },
  };
  const done = poll(look, stopping.signal);
  return sampler;
}

/** Nothing is drawn for a judge whose verdicts do not count. Of the budget a part is reserved for what is in doubt: the judge role says when that too is gone. */
function mayDraw(health: JudgeHealth | undefined, doubted: Doubt): boolean {
  return health === undefined || health === 'healthy' || (health === 'spent' && doubted !== 'none');
}

function routeIn(states: readonly DecideState[], project: string, route: string) {
  const key = routeKey(project, route);
  return states.find((state) => Object.hasOwn(state.routes, key))?.routes[key];
}

async function poll(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      timer.unref();
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      }, { once: true });
    });
  }
}
