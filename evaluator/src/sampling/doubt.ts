import type { Purpose } from '@understudy/contracts/attributes';
import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import { signalDefinition } from '@understudy/contracts/signal';
import type { RouteState } from '../policy/route-state.ts';
import { verdictsOf } from '../policy/target-health.ts';
import type { Doubt } from './plan.ts';

/** Judging says nothing about failures, speed and money. */
const JUDGED_FAMILIES: ReadonlySet<string> = new Set(['content', 'format', 'judge']);
const SPEAKS_AGAINST: ReadonlySet<string> = new Set(['suspect', 'alerting', 'degraded']);

/** How much a target of a route is doubted, from decide's committed state. */
export function doubtOf(policy: Policy, route: RouteState | undefined, targetId: string, purpose: Purpose): Doubt {
  if (route === undefined) return 'none';
  if (mustProveJudge(route, targetId)) return purpose === 'probe' ? 'proof' : 'suspicion';
  return isDoubted(policy, route, targetId) ? 'suspicion' : 'none';
}

/** Its signal `judge` was proved bad, and now has to be proved good. */
function mustProveJudge(route: RouteState, targetId: string): boolean {
  const { phase } = route;
  if (route.targets[targetId]?.healing.judge !== undefined) return true;
  if (targetId !== route.primary) return false;
  if (route.alert?.recovery.judge !== undefined) return true;
  if ('recovery' in phase && phase.recovery.judge !== undefined) return true;
  return 'signals' in phase && phase.signals.includes('judge');
}

function isDoubted(policy: Policy, route: RouteState, targetId: string): boolean {
  const target = route.targets[targetId];
  if (target === undefined) return false;
  return verdictsOf(routePolicyOf(policy, route.route), target).some(({ signal, verdict }) => SPEAKS_AGAINST.has(verdict) && JUDGED_FAMILIES.has(signalDefinition(signal).family));
}
