import type { ThresholdEvidence } from '@understudy/contracts/evidence';
import { routeKey } from '@understudy/contracts/topics';
import type { FoldOutput } from './fold-output.ts';
import type { DecideState, PhaseOf, RouteState, TargetState } from './route-state.ts';

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
  else if (before !== undefined || Object.keys(target.broken).length < MOST_RULES) target.broken[rule] = { signal, action, observed, limit, sinceMs: before?.sinceMs ?? evidence.fromMs, toldAtMs: state.nowMs };
  return route;
}

/** Rules are evaluated once for each minute, when it is closed: without news for so long a rule has too few calls to say anything. */
const TOLD_WITHIN_MS = 3 * 60_000;

/**
 * Whether a plain rule forbids to give a probed primary its traffic back: it is broken, or, where one was when the primary was replaced, it may not have been looked
 * at since. One that has fallen silent does not hold it for ever.
 */
export function isHeldByRules(target: TargetState, { ruled, sinceMs }: Pick<PhaseOf<'probing'>, 'ruled' | 'sinceMs'>, nowMs: number): boolean {
  if (ruled === true && nowMs - sinceMs < TOLD_WITHIN_MS) return true;
  return Object.values(target.broken).some(({ action, toldAtMs = 0 }) => action === 'switch' && nowMs - toldAtMs < TOLD_WITHIN_MS);
}
