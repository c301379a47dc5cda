import type { SignalName, SignalValues } from '@understudy/contracts/signal';
import { observe, resetMonitor, restartedMonitor, statisticsOf } from '../detectors/signal-monitor.ts';
import { changeText } from './decision-text.ts';
import { factsOf, openIncident, resolveIncident } from './incidents.ts';
import { isRecovered, observeRecovery, startRecovery } from './recovery.ts';
import type { AlertState, TargetState } from './route-state.ts';
import type { Situation } from './situation.ts';
import { type SignalVerdict, strongest, suspicionThreshold, thresholdOf } from './target-health.ts';

/** An alert that a switching signal may explain better waits this long for it. */
const ALERT_SETTLE_MS = 3_000;
/** Fewer calls never show that a shift is over. */
const LEAST_RECHECK_CALLS = 60;
const MOST_RECHECK_CALLS = 20_000;

/** Signals that only alert, and signals whose shift is proved but too small to switch, open an incident for people; in `observe` nothing does. */
export function watchAlerts(situation: Situation, verdicts: readonly SignalVerdict[]): void {
  const { route, policy, primary, output, nowMs } = situation;
  const alerting = verdicts.filter((verdict) => verdict.verdict === 'alerting');
  if (route.incident?.action === 'alert' && route.alert !== undefined) {
    addSignals(situation, alerting);
    endOrExtend(situation, route.alert);
    return;
  }
  const worst = strongest(alerting);
  if (worst === undefined || route.incident !== undefined || policy.mode === 'observe') {
    if (route.alertSinceMs !== undefined) output.touch(route);
    route.alertSinceMs = undefined;
    return;
  }
  if (route.alertSinceMs === undefined) {
    route.alertSinceMs = nowMs;
    output.touch(route);
  }
  if (nowMs - route.alertSinceMs < ALERT_SETTLE_MS) return;
  for (const verdict of [worst, ...alerting]) openIncident(route, primary.id, verdict, 'alert', nowMs, output);
  const signals = alerting.map((verdict) => verdict.signal);
  route.alert = newAlert(primary, signals, recheckCalls(primary, signals));
  output.decide(route, route.phase.name, 'alert-raised', changeText(primary, worst), nowMs, { target: primary.id, signal: worst.signal, ...factsOf(route, primary.id, worst) });
}

/** Feeds one call of the primary while an alert is open. */
export function observeAlert(alert: AlertState, target: TargetState, signals: SignalValues): void {
  alert.calls += 1;
  observeRecovery(alert.recovery, target, signals);
  for (const [name, monitor] of Object.entries(alert.recheck)) {
    const value = signals[name as SignalName];
    if (monitor !== undefined && value !== undefined) observe(monitor, value);
  }
}

function newAlert(primary: TargetState, signals: readonly SignalName[], neededCalls: number): AlertState {
  const alert: AlertState = { recovery: startRecovery(primary, signals), recheck: {}, calls: 0, neededCalls };
  for (const signal of signals) {
    const monitor = primary.monitors[signal];
    if (monitor !== undefined) alert.recheck[signal] = restartedMonitor(monitor);
  }
  return alert;
}

/** Twice as many calls as the detection took would show the same shift again. */
function recheckCalls(primary: TargetState, signals: readonly SignalName[]): number {
  const detection = signals.map((signal) => primary.monitors[signal]?.change.calls ?? 0);
  return Math.min(MOST_RECHECK_CALLS, Math.max(LEAST_RECHECK_CALLS, 2 * Math.max(0, ...detection)));
}

function addSignals({ route, primary, nowMs, output }: Situation, alerting: readonly SignalVerdict[]): void {
  const further = alerting.filter((verdict) => route.incident?.signals.includes(verdict.signal) === false);
  if (further.length === 0) return;
  for (const verdict of further) openIncident(route, primary.id, verdict, 'alert', nowMs, output);
  const neededCalls = Math.max(route.alert?.neededCalls ?? 0, recheckCalls(primary, further.map((verdict) => verdict.signal)));
  route.alert = newAlert(primary, route.incident?.signals ?? [], neededCalls);
  output.touch(route);
}

/** Over: every signal has proved itself and the tests, begun again, find nothing. Found again: the shift goes on, and so does the alert. */
function endOrExtend({ route, policy, primary, output, nowMs }: Situation, alert: AlertState): void {
  const statistics = Object.entries(alert.recheck).map(([name, monitor]) => ({ threshold: thresholdOf(primary, name as SignalName), alerting: monitor === undefined ? 0 : statisticsOf(monitor).alerting }));
  if (statistics.some(({ alerting, threshold }) => alerting >= threshold)) {
    route.alert = newAlert(primary, Object.keys(alert.recheck) as SignalName[], alert.neededCalls);
    output.touch(route);
    return;
  }
  const quiet = Object.keys(primary.broken).length === 0 && alert.calls >= alert.neededCalls && statistics.every(({ alerting, threshold }) => alerting < suspicionThreshold(threshold));
  if (!quiet || !isRecovered(alert.recovery, policy.recovery.alpha)) return;
  for (const signal of route.incident?.signals ?? []) {
    const monitor = primary.monitors[signal];
    if (monitor !== undefined) resetMonitor(monitor);
  }
  output.decide(route, route.phase.name, 'recovered', `${route.incident?.signal} of ${primary.id} is as it was for ${alert.calls} calls`, nowMs, { target: primary.id, signal: route.incident?.signal });
  resolveIncident(route, nowMs, output);
}
