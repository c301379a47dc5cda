import type { Incident } from '@understudy/contracts/incident';
import { changeBeganAtMs, monitorBaselineRate, observedRate } from '../detectors/signal-monitor.ts';
import type { FoldOutput } from './fold-output.ts';
import type { RouteState } from './route-state.ts';
import type { SignalVerdict } from './target-health.ts';

const KEPT_RESOLVED = 20;

/** Opens the route's incident, or notes a further signal in the one that is open and raises it to `switch`. */
export function openIncident(route: RouteState, target: string, verdict: SignalVerdict, action: 'switch' | 'alert', atMs: number, output: FoldOutput): void {
  const facts = factsOf(route, target, verdict);
  const monitor = route.targets[target]?.monitors[verdict.signal];
  const beganAtMs = verdict.rule === undefined ? monitor && changeBeganAtMs(monitor) : route.targets[target]?.broken[verdict.rule]?.sinceMs;
  const incident = route.incident;
  if (incident === undefined) {
    route.incident = {
      kind: 'route', incidentId: output.nextId('inc'), project: route.project, route: route.route, target, signal: verdict.signal, state: 'open', action,
      beganAtMs, openedAtMs: atMs, ...facts, signals: [verdict.signal], done: [],
    };
    return;
  }
  if (!incident.signals.includes(verdict.signal)) incident.signals.push(verdict.signal);
  if (beganAtMs !== undefined) incident.beganAtMs = Math.min(incident.beganAtMs ?? beganAtMs, beganAtMs);
  if (action !== 'switch' || incident.action === 'switch') return;
  Object.assign(incident, { action, signal: verdict.signal, target, changedAtMs: atMs, ...facts });
  route.alert = undefined;
  route.alertSinceMs = undefined;
}

export function factsOf(route: RouteState, target: string, verdict: SignalVerdict): Pick<Incident, 'statistic' | 'threshold' | 'baseline' | 'observed'> {
  if (verdict.rule !== undefined) return { statistic: verdict.statistic, threshold: verdict.threshold, baseline: undefined, observed: verdict.statistic };
  const monitor = route.targets[target]?.monitors[verdict.signal];
  return {
    statistic: verdict.statistic, threshold: verdict.threshold,
    baseline: monitor === undefined ? undefined : monitorBaselineRate(monitor),
    observed: monitor === undefined ? undefined : observedRate(monitor),
  };
}

export function resolveIncident(route: RouteState, atMs: number, output: FoldOutput): void {
  route.alertSinceMs = undefined;
  route.alert = undefined;
  if (route.incident === undefined) return;
  route.resolved = [...route.resolved, { ...route.incident, suggestion: undefined, state: 'resolved' as const, resolvedAtMs: atMs }].slice(-KEPT_RESOLVED);
  route.incident = undefined;
  output.touch(route);
  output.touchResolved(route);
}
