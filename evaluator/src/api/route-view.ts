import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import type { SignalName } from '@understudy/contracts/signal';
import { monitorBaselineRate, observedRate, statisticsOf, switchingNullOf } from '../detectors/signal-monitor.ts';
import { fallbacksOf, primaryOf } from '../policy/desired-entry.ts';
import type { RouteState, TargetState } from '../policy/route-state.ts';
import { finishedRecently, healthOf, verdictsOf } from '../policy/target-health.ts';

/** A route as the API shows it: its state in words, each target's health, each signal's statistic against its threshold. */
export function routeView(policy: Policy, route: RouteState, nowMs: number) {
  const routePolicy = routePolicyOf(policy, route.route);
  const primary = primaryOf(routePolicy, route);
  return {
    project: route.project, route: route.route, mode: routePolicy.mode, state: route.phase.name, primary, fallbacks: fallbacksOf(routePolicy, route),
    pin: route.pin, incidentId: route.incident?.incidentId, suggestion: route.incident?.suggestion, lastCallAtMs: route.lastCallMs,
    entry: route.proposal?.answer === 'published' ? route.proposal.entry : undefined,
    refused: route.proposal?.answer === 'refused' ? route.proposal.refusedReason : undefined,
    learning: primary === undefined || route.targets[primary]?.hasBaseline === true ? undefined : { calls: route.targets[primary]?.calls ?? 0, needed: routePolicy.baseline.minCalls },
    recovery: recoveryView(route),
    targets: Object.values(route.targets).map((target) => ({
      id: target.id, role: target.id === primary ? 'primary' : 'fallback', health: healthOf(routePolicy, target, nowMs), proved: healthOf(routePolicy, target, nowMs) === 'healthy',
      calls: target.calls, finishedLast15Min: finishedRecently(target, nowMs), hasBaseline: target.hasBaseline, signals: signalViews(routePolicy, target),
    })),
  };
}

function signalViews(policy: ReturnType<typeof routePolicyOf>, target: TargetState) {
  return verdictsOf(policy, target).map((verdict) => {
    const monitor = target.monitors[verdict.signal as SignalName];
    return monitor === undefined ? verdict : { ...verdict, ...statisticsOf(monitor), baseline: monitorBaselineRate(monitor), observed: observedRate(monitor), switchingNull: switchingNullOf(monitor) };
  });
}

function recoveryView(route: RouteState) {
  const phase = route.phase;
  if (phase.name !== 'probing') return undefined;
  return Object.entries(phase.recovery).map(([signal, state]) => ({ signal, probes: state?.probes ?? 0, failures: state?.failures ?? 0 }));
}
