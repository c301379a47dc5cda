import type { Incident } from '@understudy/contracts/incident';
import { monitorBaselineRate, observedRate } from '../detectors/signal-monitor.ts';
import type { FoldOutput } from './fold-output.ts';
import type { RouteState } from './route-state.ts';
import type { SignalVerdict } from './target-health.ts';

const KEPT_RESOLVED = 20;

/** Opens the route's incident, or notes a further signal in the one that is open and raises it to `switch`. */
export function openIncident(route: RouteState, target: string, verdict: SignalVerdict, action: 'switch' | 'alert', atMs: number, output: FoldOutput): void {
  const facts = factsOf(route, target, verdict);
  if (route.incident !== undefined) {
    const incident = route.incident;
    if (!incident.signals.includes(verdict.signal)) incident.signals.push(verdict.signal);
    if (action === 'switch' && incident.action === 'alert') Object.assign(incident, { action, signal: verdict.signal, target, ...facts });
    return;
  }
  const incident: Incident = {
    incidentId: output.nextId('inc'), project: route.project, route: route.route, target, signal: verdict.signal, state: 'open', action,
    openedAtMs: atMs, ...facts, signals: [verdict.signal], done: [],
  };
  route.incident = incident;
}

export function factsOf(route: RouteState, target: string, verdict: SignalVerdict) {
  const monitor = route.targets[target]?.monitors[verdict.signal];
  return {
    statistic: verdict.statistic, threshold: verdict.threshold,
    baseline: monitor === undefined ? undefined : monitorBaselineRate(monitor),
    observed: monitor === undefined ? undefined : observedRate(monitor),
  };
}

export function resolveIncident(route: RouteState, atMs: number): void {
  if (route.incident === undefined) return;
  route.resolved = [...route.resolved, { ...route.incident, state: 'resolved' as const, resolvedAtMs: atMs }].slice(-KEPT_RESOLVED);
  route.incident = undefined;
  route.alertSinceMs = undefined;
  route.alertRecovery = {};
}
