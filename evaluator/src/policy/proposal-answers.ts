import type { Evidence } from '@understudy/contracts/evidence';
import { routePolicyOf } from '@understudy/contracts/policy';
import { routeKey } from '@understudy/contracts/topics';
import { holdDownMs } from './advance-route.ts';
import type { FoldOutput } from './fold-output.ts';
import type { DecideState, RouteState } from './route-state.ts';

/** What the leader's answer to a proposal does to the route: only `published` makes an override real. */
export function onPublished(state: DecideState, answer: Extract<Evidence, { kind: 'published' }>, output: FoldOutput): RouteState | undefined {
  const route = state.routes[routeKey(answer.project, answer.route)];
  if (route?.proposal?.proposalId !== answer.proposalId) return undefined;
  route.proposal.answer = 'published';
  const phase = route.phase;
  const policy = routePolicyOf(state.policy, route.route);
  if (phase.name === 'degraded' && phase.fallback !== undefined && route.proposal.entry?.incidentId !== undefined && route.pin === undefined) {
    route.cycles += 1;
    route.cyclesAtMs = answer.atMs;
    route.phase = { name: 'overridden', sinceMs: answer.atMs, signals: phase.signals, fallback: phase.fallback, rampIndex: 0, rampAtMs: answer.atMs, holdDownUntilMs: answer.atMs + holdDownMs(policy, route) };
    if (route.incident !== undefined) route.incident.suggestion = undefined;
    output.decide(route, 'degraded', 'override-published', `${phase.fallback} serves ${route.route} (version ${answer.epoch}.${answer.version})`, answer.atMs, { target: phase.fallback });
  } else if (phase.name === 'recovering' && phase.rampIndex === policy.ramp.steps.length - 1 && phase.cleanSinceMs === undefined) {
    phase.cleanSinceMs = answer.atMs;
    output.decide(route, 'recovering', 'override-cleared', `back to the application's own order (version ${answer.epoch}.${answer.version})`, answer.atMs);
  }
  return route;
}

export function onRefused(state: DecideState, answer: Extract<Evidence, { kind: 'refused' }>, output: FoldOutput): RouteState | undefined {
  const route = state.routes[routeKey(answer.project, answer.route)];
  if (route?.proposal?.proposalId !== answer.proposalId) return undefined;
  const first = route.proposal.refusedReason !== answer.reason;
  route.proposal.answer = 'refused';
  route.proposal.refusedReason = answer.reason;
  if (first) output.decide(route, route.phase.name, 'proposal-refused', answer.reason, answer.atMs);
  return route;
}
