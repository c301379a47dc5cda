import { routePolicyOf } from '@understudy/contracts/policy';
import type { SignalName } from '@understudy/contracts/signal';
import { type DecideState, learnedSignals, type RouteState, type TargetState } from './route-state.ts';
import { healthOf } from './target-health.ts';

/** A change is proved some calls after it began, and may have begun before it is believed to. */
const BEFORE_INCIDENT_MS = 60_000;

/** What the learner of baselines has to know of a target. */
export interface Learning {
  readonly learned: readonly SignalName[];
  /** Only a quiet route and a target with nothing against it teach what healthy looks like. */
  readonly mayLearn: boolean;
  /** When incidents of the target were. */
  readonly badTimes: readonly { readonly fromMs: number; readonly toMs: number }[];
}

export function learningOf(state: DecideState, route: RouteState, target: TargetState): Learning {
  const policy = routePolicyOf(state.policy, route.route);
  const health = healthOf(policy, target, state.nowMs);
  const quiet = route.incident === undefined && (route.phase.name === 'unknown' || route.phase.name === 'healthy');
  return {
    learned: learnedSignals(target),
    mayLearn: quiet && (health === 'healthy' || health === 'unproven') && Object.keys(target.healing).length === 0,
    badTimes: route.resolved.filter((incident) => incident.target === target.id)
      .map((incident) => ({ fromMs: (incident.beganAtMs ?? incident.openedAtMs) - BEFORE_INCIDENT_MS, toMs: incident.resolvedAtMs ?? state.nowMs })),
  };
}
