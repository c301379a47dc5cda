import type { CommandEvidence } from '@understudy/contracts/evidence';
import { routePolicyOf } from '@understudy/contracts/policy';
import { routeKey } from '@understudy/contracts/topics';
import type { FoldOutput } from './fold-output.ts';
import type { DecideState, RouteState } from './route-state.ts';

type RouteCommand = Extract<CommandEvidence['command'], { name: 'pin' | 'release' | 'apply' }>;

/** An operator's command. Freezing concerns every route, and alerts are the leader's: both are passed on to it. */
export function applyCommand(state: DecideState, evidence: CommandEvidence, output: FoldOutput): RouteState | undefined {
  const command = evidence.command;
  if (command.name === 'freeze' || command.name === 'unfreeze') {
    output.proposals.push({
      kind: 'freeze', v: 1, project: evidence.project, proposalId: output.nextId('pro'), atMs: evidence.atMs, reason: `${evidence.actor}: ${evidence.reason}`,
      ...(command.name === 'freeze' ? { untilMs: command.untilMs } : {}),
    });
    return undefined;
  }
  if (command.name === 'silence' || command.name === 'unsilence') {
    output.proposals.push({
      kind: 'silence', v: 1, project: evidence.project, proposalId: output.nextId('pro'), atMs: evidence.atMs, reason: `${evidence.actor}: ${evidence.reason}`,
      ...(evidence.route === undefined ? {} : { route: evidence.route }), ...(command.name === 'silence' ? { untilMs: command.untilMs } : {}),
    });
    return undefined;
  }
  const route = evidence.route === undefined ? undefined : state.routes[routeKey(evidence.project, evidence.route)];
  if (route === undefined) return undefined;
  const refusal = obey(state, route, command, evidence, output);
  if (refusal !== undefined) output.decide(route, route.phase.name, 'command-rejected', `${command.name} by ${evidence.actor} rejected: ${refusal}`, evidence.atMs);
  return route;
}

/** Carries the command out, or says why not. */
function obey(state: DecideState, route: RouteState, command: RouteCommand, evidence: CommandEvidence, output: FoldOutput): string | undefined {
  switch (command.name) {
    case 'pin': return pin(state, route, command, evidence, output);
    case 'release': return release(route, evidence, output);
    case 'apply': return apply(state, route, command.incidentId, evidence, output);
  }
}

function pin(state: DecideState, route: RouteState, command: Extract<RouteCommand, { name: 'pin' }>, evidence: CommandEvidence, output: FoldOutput): string | undefined {
  if (!route.appOrder.includes(command.target)) return `the application has not declared the target ${command.target}`;
  if (command.untilMs <= state.nowMs) return 'its end is in the past';
  route.pin = { target: command.target, untilMs: command.untilMs, actor: evidence.actor, reason: evidence.reason };
  output.decide(route, route.phase.name, 'pinned', `pinned to ${command.target} by ${evidence.actor}: ${evidence.reason}`, evidence.atMs, { target: command.target });
  return undefined;
}

/** Takes a pin off; on a route that the flap limit holds, lets probing begin again. */
function release(route: RouteState, evidence: CommandEvidence, output: FoldOutput): string | undefined {
  const phase = route.phase;
  if (!canBeReleased(route)) return 'nothing is pinned';
  if (route.pin === undefined && phase.name === 'overridden') {
    phase.escalated = false;
    route.overridesAtMs = [];
  }
  route.pin = undefined;
  output.decide(route, phase.name, 'pin-released', `released by ${evidence.actor}: ${evidence.reason}`, evidence.atMs);
  return undefined;
}

function apply(state: DecideState, route: RouteState, incidentId: string, evidence: CommandEvidence, output: FoldOutput): string | undefined {
  const phase = route.phase;
  if (routePolicyOf(state.policy, route.route).mode === 'observe') return 'the route is in mode observe';
  if (!hasOpenProposal(route, incidentId)) return 'the incident has no open proposal';
  if (phase.name === 'inconclusive' && phase.fallback !== undefined) {
    route.phase = { name: 'degraded', sinceMs: state.nowMs, signals: phase.signals, fallback: phase.fallback, approved: true, recovery: phase.recovery };
    if (route.incident !== undefined) Object.assign(route.incident, { action: 'switch', suggestion: undefined, changedAtMs: state.nowMs });
    output.decide(route, 'inconclusive', 'applied', `switch to ${phase.fallback} applied by ${evidence.actor}: ${evidence.reason}`, evidence.atMs, { target: phase.fallback });
    return undefined;
  }
  if (phase.name !== 'degraded') return 'the incident has no open proposal';
  phase.approved = true;
  output.decide(route, phase.name, 'applied', `switch to ${phase.fallback} applied by ${evidence.actor}: ${evidence.reason}`, evidence.atMs, { target: phase.fallback });
  return undefined;
}

/** Whether there is a pin, or the flap limit holds the route: what `release` ends. */
export function canBeReleased(route: RouteState): boolean {
  return route.pin !== undefined || (route.phase.name === 'overridden' && route.phase.escalated);
}

/** Whether a person can still apply what was proposed for an incident: in mode suggest, or where the evidence is not enough to act on. */
export function hasOpenProposal(route: RouteState, incidentId: string): boolean {
  if (route.incident?.incidentId !== incidentId) return false;
  return (route.phase.name === 'degraded' && !route.phase.approved) || (route.phase.name === 'inconclusive' && route.phase.fallback !== undefined);
}
