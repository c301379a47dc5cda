import { routePolicyOf } from '@understudy/contracts/policy';
import type { FoldOutput } from './fold-output.ts';
import { startRecovery } from './recovery.ts';
import type { DecideState, RouteState } from './route-state.ts';

/** `observe` never overrides: a route that is switched to it while its fallback serves goes back to the application's own order. */
export function applyMode(state: DecideState, route: RouteState, output: FoldOutput): void {
  const policy = routePolicyOf(state.policy, route.route);
  const phase = route.phase;
  if (policy.mode !== 'suggest' && route.incident !== undefined) route.incident.suggestion = undefined;
  if ('rampIndex' in phase) phase.rampIndex = Math.min(phase.rampIndex, policy.ramp.steps.length - 1);
  if (policy.mode !== 'observe' || (phase.name !== 'overridden' && phase.name !== 'probing' && phase.name !== 'recovering')) return;
  const primary = route.primary === undefined ? undefined : route.targets[route.primary];
  route.phase = { name: 'degraded', sinceMs: state.nowMs, signals: phase.signals, fallback: phase.fallback, approved: false, recovery: startRecovery(primary, phase.signals) };
  output.decide(route, phase.name, 'policy-changed', `the policy says observe: back to the application's own order`, state.nowMs, { target: route.primary });
}
