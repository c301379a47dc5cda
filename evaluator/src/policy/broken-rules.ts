import type { ThresholdEvidence } from '@understudy/contracts/evidence';
import { routeKey } from '@understudy/contracts/topics';
import type { FoldOutput } from './fold-output.ts';
import type { DecideState, RouteState } from './route-state.ts';

const MOST_RULES = 100;

/** Takes note of a plain rule of the policy that a target breaks, or meets again. */
export function noteRule(state: DecideState, evidence: ThresholdEvidence, output: FoldOutput): RouteState | undefined {
  const route = state.routes[routeKey(evidence.project, evidence.route)];
  const target = route?.targets[evidence.target];
  if (route === undefined || target === undefined) return undefined;
  const { rule, signal, action, observed, limit, broken } = evidence;
  const before = target.broken[rule];
  if (!broken && before === undefined) return undefined;
  output.touch(route);
  if (!broken) delete target.broken[rule];
  else if (before !== undefined || Object.keys(target.broken).length < MOST_RULES) target.broken[rule] = { signal, action, observed, limit, sinceMs: before?.sinceMs ?? state.nowMs };
  return route;
}
