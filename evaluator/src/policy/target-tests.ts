import type { BaselineEvidence } from '@understudy/contracts/evidence';
import { type RoutePolicy, routePolicyOf } from '@understudy/contracts/policy';
import { isCustomSignal, SIGNAL_NAMES, signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { createMonitor, type MonitorSettings, retuneMonitor, type SignalMonitor, switchingNullOf } from '../detectors/signal-monitor.ts';
import { matchRecovery } from './recovery.ts';
import type { DecideState, RouteState, TargetState } from './route-state.ts';

/**
 * Gives every target the tests that its frozen baselines and the policy ask for. A test whose null is unchanged goes on running; one with another
 * null begins again. What has no baseline yet is protected by `max:` of the policy, and a fallback by the primary's switching null (rates only).
 */
export function setTests(state: DecideState, route: RouteState): void {
  const policy = routePolicyOf(state.policy, route.route);
  const primary = route.primary === undefined ? undefined : route.targets[route.primary];
  // The primary first: fallbacks inherit from it.
  const targets = Object.values(route.targets).sort((one, other) => Number(other === primary) - Number(one === primary));
  for (const target of targets) {
    for (const signal of testableSignals(policy, target)) setTest(target, signal, testOf(policy, primary, target, signal));
    matchRecovery(target.healing, target);
  }
  matchProofs(route, primary);
}

/** All that calls may carry: the heuristics of the user's own are known by the policy and by their baselines. */
function testableSignals(policy: RoutePolicy, target: TargetState): ReadonlySet<SignalName> {
  const named = [...Object.keys(policy.signals), ...Object.keys(target.baselines), ...Object.keys(target.monitors)] as SignalName[];
  return new Set([...SIGNAL_NAMES, ...named.filter(isCustomSignal)]);
}

function setTest(target: TargetState, signal: SignalName, fresh: SignalMonitor | undefined): void {
  const running = target.monitors[signal];
  if (fresh === undefined) delete target.monitors[signal];
  else target.monitors[signal] = running === undefined ? fresh : retuneMonitor(running, fresh);
}

function testOf(policy: RoutePolicy, primary: TargetState | undefined, target: TargetState, signal: SignalName): SignalMonitor | undefined {
  const settings: MonitorSettings = policy.signals[signal] ?? {};
  if (policy.signals[signal]?.action === 'off') return undefined;
  const baseline = target.baselines[signal];
  if (baseline !== undefined) return createMonitor(signal, baseline, settings);
  if (signalDefinition(signal).kind === 'quantile') return undefined;
  const max = settings.max ?? inheritedNull(primary, target, signal);
  return max === undefined ? undefined : createMonitor(signal, undefined, { max });
}

function inheritedNull(primary: TargetState | undefined, target: TargetState, signal: SignalName): number | undefined {
  const monitor = primary === target ? undefined : primary?.monitors[signal];
  return monitor === undefined ? undefined : switchingNullOf(monitor);
}

/** Proofs under way are against a test's null: they follow it, and a signal that is no longer tested needs none. */
function matchProofs(route: RouteState, primary: TargetState | undefined): void {
  if (primary === undefined) return;
  const phase = route.phase;
  if ('recovery' in phase) matchRecovery(phase.recovery, primary);
  if (route.alert === undefined) return;
  matchRecovery(route.alert.recovery, primary);
  for (const signal of Object.keys(route.alert.recheck) as SignalName[]) if (primary.monitors[signal] === undefined) delete route.alert.recheck[signal];
}

/**
 * Takes over the baselines of signals that have none yet: a frozen one stays. Nothing is learned while the target is the one an incident is about, or is
 * serving in its place: what is normal then is not what healthy looks like.
 */
export function learnBaselines(state: DecideState, route: RouteState, evidence: BaselineEvidence): boolean {
  const target = route.targets[evidence.target];
  if (target === undefined || (route.incident !== undefined && route.incident.target === target.id) || Object.keys(target.healing).length > 0) return false;
  let learned = false;
  for (const [name, statistics] of Object.entries(evidence.signals)) {
    const signal = name as SignalName;
    if (statistics === undefined || target.baselines[signal] !== undefined || statistics.kind !== signalDefinition(signal).kind) continue;
    target.baselines[signal] = statistics;
    target.hasBaseline = true;
    learned = true;
  }
  if (learned) setTests(state, route);
  return learned;
}
