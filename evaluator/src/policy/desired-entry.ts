import { type RoutePolicy, routePolicyOf } from '@understudy/contracts/policy';
import type { SnapshotRoute, TargetShare } from '@understudy/contracts/snapshot';
import { leavesNoChoice } from './hold-down.ts';
import type { DecideState, Effect, PhaseOf, RouteState } from './route-state.ts';
import { healthOf } from './target-health.ts';

export interface Desired {
  readonly effect: Effect;
  /** Undefined: no entry, the application's own order. */
  readonly entry: SnapshotRoute | undefined;
}

/** The policy's primary where it is declared, else the first target of the application's own order. */
export function primaryOf(policy: RoutePolicy, route: RouteState): string | undefined {
  return policy.primary !== undefined && route.appOrder.includes(policy.primary) ? policy.primary : route.appOrder[0];
}

export function fallbacksOf(policy: RoutePolicy, route: RouteState): readonly string[] {
  const primary = primaryOf(policy, route);
  return (policy.fallbacks?.filter((id) => route.appOrder.includes(id)) ?? route.appOrder).filter((id) => id !== primary);
}

/** The entry that ought to be in the snapshot, from the route's phase, its pin and its policy alone. */
export function desiredEntry(state: DecideState, route: RouteState): Desired {
  const policy = routePolicyOf(state.policy, route.route);
  if (route.pin !== undefined) return { effect: 'pin', entry: entryOf([serve(route.pin.target, 100)], `pinned by ${route.pin.actor}: ${route.pin.reason}`) };
  const primary = route.primary;
  if (primary === undefined) return { effect: 'standby', entry: undefined };
  const phase = route.phase;
  switch (phase.name) {
    case 'degraded': return mayAct(policy, phase) ? { effect: 'override', entry: split(primary, phase.fallback, rampShare(policy, phase, 0), because(route, primary), route) } : readyEntry(state, policy, route, primary);
    case 'suspect': return policy.mode === 'auto' && leavesNoChoice([phase.signal]) ? withPrimaryProbed(readyEntry(state, policy, route, primary), policy, primary) : readyEntry(state, policy, route, primary);
    case 'exhausted':
    case 'inconclusive': return readyEntry(state, policy, route, primary);
    case 'overridden': return { effect: 'adjust', entry: split(primary, phase.fallback, rampShare(policy, phase, phase.rampIndex), because(route, primary), route) };
    case 'probing': {
      const percent = policy.probe.percent;
      return { effect: 'adjust', entry: entryOf([serve(phase.fallback, 100 - percent), { id: primary, percent, purpose: 'probe' }], `probing ${primary}`, route.incident?.incidentId) };
    }
    case 'recovering': {
      const share = policy.ramp.steps[phase.rampIndex] ?? 100;
      return share >= 100 ? { ...standbyEntry(policy, route, primary), effect: 'return' } : { effect: 'return', entry: split(primary, phase.fallback, 100 - share, `returning to ${primary}`, route) };
    }
    default: return standbyEntry(policy, route, primary);
  }
}

/** Whether two entries send the traffic the same way; what they say about why does not matter. */
export function sameEntry(one: SnapshotRoute | undefined, other: SnapshotRoute | undefined): boolean {
  const [targets, others] = [one?.targets ?? [], other?.targets ?? []];
  return targets.length === others.length && targets.every((target, index) => target.id === others[index]?.id && target.percent === others[index]?.percent && target.purpose === others[index]?.purpose);
}

/** A degraded primary is replaced by itself in `auto`, by a person in `suggest`, never in `observe`. */
function mayAct(policy: RoutePolicy, phase: PhaseOf<'degraded'>): boolean {
  return policy.mode === 'auto' || (policy.mode === 'suggest' && phase.approved);
}

function because(route: RouteState, primary: string): string {
  return route.incident === undefined ? `${primary} degraded` : `${route.incident.signal} degraded on ${primary}`;
}

/** Errors and time-outs leave no choice: straight to 100 %. Everything else follows the ramp. */
function rampShare(policy: RoutePolicy, phase: PhaseOf<'degraded' | 'overridden'>, index: number): number {
  return leavesNoChoice(phase.signals) ? 100 : (policy.ramp.steps[index] ?? 100);
}

/** While the primary is in doubt a fallback that nothing is known about is probed, so that there is a proved one when it is needed; in `auto` only. */
function readyEntry(state: DecideState, policy: RoutePolicy, route: RouteState, primary: string): Desired {
  const healths = fallbacksOf(policy, route).map((id) => ({ id, health: healthOf(policy, route.targets[id], state.nowMs) }));
  const unproven = healths.find(({ health }) => health === 'unproven');
  if (policy.mode !== 'auto' || unproven === undefined || healths.some(({ health }) => health === 'healthy')) return standbyEntry(policy, route, primary);
  const percent = policy.probe.percent;
  return { effect: 'standby', entry: entryOf([serve(primary, 100 - percent), { id: unproven.id, percent, purpose: 'probe' }], `${primary} is in doubt: probing ${unproven.id}`) };
}

/**
 * Applications stop asking a target that fails outright (their local breakers), and then nothing proves or clears the suspicion. A share of the requests is marked
 * as probes, which pass a breaker; one that fails goes on to the next target, so the user is answered all the same.
 */
function withPrimaryProbed(ready: Desired, policy: RoutePolicy, primary: string): Desired {
  const targets = ready.entry?.targets ?? [serve(primary, 100)];
  const serving = targets.find((target) => target.id === primary && target.purpose === 'serve')?.percent ?? 0;
  const percent = Math.min(policy.probe.percent, serving);
  const others = targets.filter((target) => target.id !== primary);
  return { effect: 'standby', entry: entryOf([serve(primary, serving - percent), { id: primary, percent, purpose: 'probe' }, ...others], `${primary} is in doubt: probed past local breakers`) };
}

function standbyEntry(policy: RoutePolicy, route: RouteState, primary: string): Desired {
  const fallback = fallbacksOf(policy, route)[0];
  const percent = policy.standby.percent;
  if (percent <= 0 || percent >= 100 || fallback === undefined || policy.mode === 'observe') return { effect: 'standby', entry: undefined };
  return { effect: 'standby', entry: entryOf([serve(primary, 100 - percent), { id: fallback, percent, purpose: 'standby' }], `${percent} % keeps ${fallback} proved`) };
}

function split(primary: string, fallback: string, fallbackPercent: number, reason: string, route: RouteState): SnapshotRoute {
  const targets = fallbackPercent >= 100 ? [serve(fallback, 100)] : [serve(fallback, fallbackPercent), serve(primary, 100 - fallbackPercent)];
  return entryOf(targets, reason, route.incident?.incidentId);
}

function serve(id: string, percent: number): TargetShare {
  return { id, percent, purpose: 'serve' };
}

function entryOf(targets: TargetShare[], reason: string, incidentId?: string): SnapshotRoute {
  const cut = reason.slice(0, 300).toWellFormed();
  return incidentId === undefined ? { targets, reason: cut } : { targets, reason: cut, incidentId };
}
