import { type RoutePolicy, routePolicyOf } from '@understudy/contracts/policy';
import { durationMs } from '@understudy/contracts/duration';
import { resetMonitor } from '../detectors/signal-monitor.ts';
import { fallbacksOf, primaryOf } from './desired-entry.ts';
import type { FoldOutput } from './fold-output.ts';
import { factsOf, openIncident, resolveIncident } from './incidents.ts';
import { hasFailed, isRecovered, startRecovery } from './recovery.ts';
import type { DecideState, RouteState, TargetState } from './route-state.ts';
import { eligibleFallback, healthOf, type SignalVerdict, verdictsOf } from './target-health.ts';

/** An alert that a switching signal may explain better waits this long for it. */
const ALERT_SETTLE_MS = 3_000;
const SUSPICION_ENDS_MS = 60_000;

interface Situation {
  readonly state: DecideState;
  readonly route: RouteState;
  readonly policy: RoutePolicy;
  readonly primary: TargetState;
  readonly fallbacks: readonly string[];
  readonly nowMs: number;
  readonly output: FoldOutput;
}

/** Moves a route on as far as the evidence so far allows: one transition a call, so that each is recorded by itself. */
export function advanceRoute(state: DecideState, route: RouteState, output: FoldOutput): void {
  const policy = routePolicyOf(state.policy, route.route);
  const primaryId = primaryOf(policy, route);
  const primary = primaryId === undefined ? undefined : route.targets[primaryId];
  if (primary === undefined) return;
  const situation: Situation = { state, route, policy, primary, fallbacks: fallbacksOf(policy, route), nowMs: state.nowMs, output };
  switch (route.phase.name) {
    case 'unknown': fromUnknown(situation); break;
    case 'healthy':
    case 'suspect': fromServing(situation); break;
    case 'degraded':
    case 'exhausted': fromDegraded(situation); break;
    case 'overridden': fromOverridden(situation); break;
    case 'probing': fromProbing(situation); break;
    case 'recovering': fromRecovering(situation); break;
  }
}

function fromUnknown(situation: Situation): void {
  const { route, primary, output, nowMs } = situation;
  if (Object.keys(primary.monitors).length === 0) return;
  route.phase = { name: 'healthy' };
  output.decide(route, 'unknown', 'baseline-ready', `baseline of ${primary.id} is ready`, nowMs, { target: primary.id });
}

function fromServing(situation: Situation): void {
  const { route, policy, primary, output, nowMs } = situation;
  const verdicts = verdictsOf(policy, primary);
  const degraded = verdicts.filter((verdict) => verdict.verdict === 'degraded');
  if (degraded.length > 0) {
    degrade(situation, degraded);
    return;
  }
  raiseAlert(situation, verdicts);
  const suspect = strongest(verdicts.filter((verdict) => verdict.verdict !== 'stable'));
  const from = route.phase.name;
  if (suspect !== undefined && from === 'healthy') {
    route.phase = { name: 'suspect', sinceMs: nowMs, signal: suspect.signal };
    output.decide(route, from, 'suspicion-raised', `${suspect.signal} of ${primary.id} is suspicious`, nowMs, { target: primary.id, signal: suspect.signal, ...factsOf(route, primary.id, suspect) });
  } else if (suspect === undefined && route.phase.name === 'suspect' && nowMs - route.phase.sinceMs >= SUSPICION_ENDS_MS) {
    route.phase = { name: 'healthy' };
    output.decide(route, from, 'suspicion-cleared', `${primary.id} is as usual`, nowMs, { target: primary.id });
  }
}

function degrade(situation: Situation, degraded: readonly SignalVerdict[]): void {
  const { state, route, policy, primary, fallbacks, output, nowMs } = situation;
  const worst = strongest(degraded);
  if (worst === undefined) return;
  const from = route.phase.name;
  const signals = degraded.map((verdict) => verdict.signal);
  for (const verdict of [worst, ...degraded]) openIncident(route, primary.id, verdict, 'switch', nowMs, output);
  const fallback = eligibleFallback(state, route, fallbacks, signals);
  const facts = { target: primary.id, signal: worst.signal, ...factsOf(route, primary.id, worst) };
  const recovery = startRecovery(primary, signals);
  if (fallback === undefined) {
    route.phase = { name: 'exhausted', sinceMs: nowMs, signals, recovery };
    output.decide(route, from, 'no-eligible-fallback', `${worst.signal} of ${primary.id} has degraded and no fallback is proved`, nowMs, facts);
    return;
  }
  route.phase = { name: 'degraded', sinceMs: nowMs, signals, fallback, approved: false, recovery };
  if (route.incident !== undefined) route.incident.fallback = fallback;
  if (policy.mode === 'suggest' && route.incident !== undefined) route.incident.suggestion = `switch ${route.route} to ${fallback}`;
  output.decide(route, from, policy.mode === 'auto' ? 'override-proposed' : 'suggested', `${worst.signal} of ${primary.id} has degraded; ${policy.mode === 'auto' ? 'switching' : 'proposed: switch'} to ${fallback}`, nowMs, facts);
}

/** Signals that only alert, and signals whose shift is proved but too small to switch, open an incident for people. */
function raiseAlert(situation: Situation, verdicts: readonly SignalVerdict[]): void {
  const { route, policy, primary, output, nowMs } = situation;
  const alerting = strongest(verdicts.filter((verdict) => verdict.verdict === 'alerting'));
  if (alerting === undefined) {
    route.alertSinceMs = undefined;
    return;
  }
  route.alertSinceMs ??= nowMs;
  if (route.incident !== undefined) {
    if (isRecovered(route.alertRecovery, policy.recovery.alpha) && route.incident.action === 'alert') endAlert(situation);
    return;
  }
  if (nowMs - route.alertSinceMs < ALERT_SETTLE_MS) return;
  openIncident(route, primary.id, alerting, 'alert', nowMs, output);
  route.alertRecovery = startRecovery(primary, [alerting.signal]);
  output.decide(route, route.phase.name, 'alert-raised', `${alerting.signal} of ${primary.id} has changed`, nowMs, { target: primary.id, signal: alerting.signal, ...factsOf(route, primary.id, alerting) });
}

function endAlert({ route, primary, output, nowMs }: Situation): void {
  for (const signal of route.incident?.signals ?? []) resetSignal(primary, signal);
  output.decide(route, route.phase.name, 'recovered', `${route.incident?.signal} of ${primary.id} is as it was`, nowMs, { target: primary.id });
  resolveIncident(route, nowMs);
}

function fromDegraded(situation: Situation): void {
  const { state, route, policy, primary, fallbacks, output, nowMs } = situation;
  const phase = route.phase;
  if (phase.name !== 'degraded' && phase.name !== 'exhausted') return;
  if (isRecovered(phase.recovery, policy.recovery.alpha) && Object.keys(phase.recovery).length > 0) {
    route.phase = { name: 'healthy' };
    for (const signal of phase.signals) resetSignal(primary, signal);
    output.decide(route, phase.name, 'recovered', `${primary.id} is as it was`, nowMs, { target: primary.id });
    resolveIncident(route, nowMs);
    return;
  }
  const fallback = eligibleFallback(state, route, fallbacks, phase.signals);
  const current = phase.name === 'degraded' ? phase.fallback : undefined;
  if (fallback === current || (current !== undefined && healthOf(policy, route.targets[current], nowMs) === 'healthy')) return;
  route.phase = fallback === undefined
    ? { name: 'exhausted', sinceMs: nowMs, signals: phase.signals, recovery: phase.recovery }
    : { name: 'degraded', sinceMs: nowMs, signals: phase.signals, fallback, approved: phase.name === 'degraded' && phase.approved, recovery: phase.recovery };
  if (route.incident !== undefined) route.incident.fallback = fallback;
  output.decide(route, phase.name, fallback === undefined ? 'no-eligible-fallback' : 'override-proposed', fallback === undefined ? 'no fallback is proved any more' : `${fallback} can take over`, nowMs, { target: fallback });
}

function fromOverridden(situation: Situation): void {
  const { route, policy, primary, output, nowMs } = situation;
  const phase = route.phase;
  if (phase.name !== 'overridden') return;
  if (leaveBadFallback(situation, phase.fallback)) return;
  if (nowMs >= phase.holdDownUntilMs) {
    route.phase = { name: 'probing', sinceMs: nowMs, signals: phase.signals, fallback: phase.fallback, recovery: startRecovery(primary, phase.signals), announced: false };
    output.decide(route, 'overridden', 'hold-down-over', `probing ${primary.id} with ${policy.probe.percent} % of the requests`, nowMs, { target: primary.id });
    return;
  }
  const every = durationMs(policy.ramp.every) ?? 60_000;
  if (phase.rampIndex + 1 < policy.ramp.steps.length && nowMs - phase.rampAtMs >= every) {
    phase.rampIndex += 1;
    phase.rampAtMs = nowMs;
    output.decide(route, 'overridden', 'ramp-advanced', `${policy.ramp.steps[phase.rampIndex]} % on ${phase.fallback}`, nowMs, { target: phase.fallback });
  }
}

/** Never back and forth: a fallback that goes bad is replaced by the next one, or the application's own order answers. */
function leaveBadFallback({ state, route, policy, primary, fallbacks, output, nowMs }: Situation, fallback: string): boolean {
  const phase = route.phase;
  if (phase.name !== 'overridden' && phase.name !== 'probing') return false;
  if (healthOf(policy, route.targets[fallback], nowMs) !== 'degraded') return false;
  const next = eligibleFallback(state, route, fallbacks.filter((id) => id !== fallback), phase.signals);
  const from = phase.name;
  if (next === undefined) route.phase = { name: 'exhausted', sinceMs: nowMs, signals: phase.signals, recovery: startRecovery(primary, phase.signals) };
  else phase.fallback = next;
  if (route.incident !== undefined) route.incident.fallback = next;
  output.decide(route, from, 'fallback-degraded', next === undefined ? `${fallback} has degraded too and no other fallback is proved` : `${fallback} has degraded too; ${next} takes over`, nowMs, { target: fallback });
  return true;
}

function fromProbing(situation: Situation): void {
  const { route, policy, primary, output, nowMs } = situation;
  const phase = route.phase;
  if (phase.name !== 'probing' || leaveBadFallback(situation, phase.fallback)) return;
  if (hasFailed(phase.recovery)) {
    route.cycles += 1;
    route.phase = { name: 'overridden', sinceMs: nowMs, signals: phase.signals, fallback: phase.fallback, rampIndex: policy.ramp.steps.length - 1, rampAtMs: nowMs, holdDownUntilMs: nowMs + holdDownMs(policy, route) };
    output.decide(route, 'probing', 'probe-failed', `${primary.id} is still degraded; the next probes come later`, nowMs, { target: primary.id });
    return;
  }
  if (!isRecovered(phase.recovery, policy.recovery.alpha)) return;
  // The statistics restart: what they remember is the incident (the no-flap theorem holds because p_rec ≤ m).
  for (const monitor of Object.keys(primary.monitors)) resetSignal(primary, monitor as keyof typeof primary.monitors);
  route.phase = { name: 'recovering', signals: phase.signals, fallback: phase.fallback, rampIndex: 0, rampAtMs: nowMs, cleanSinceMs: undefined };
  output.decide(route, 'probing', 'recovery-proved', `${primary.id} has proved itself`, nowMs, { target: primary.id });
}

function fromRecovering(situation: Situation): void {
  const { state, route, policy, primary, output, nowMs } = situation;
  const phase = route.phase;
  if (phase.name !== 'recovering') return;
  const degraded = verdictsOf(policy, primary).filter((verdict) => verdict.verdict === 'degraded');
  if (degraded.length > 0) {
    route.cycles += 1;
    route.phase = { name: 'degraded', sinceMs: nowMs, signals: degraded.map((verdict) => verdict.signal), fallback: eligibleFallback(state, route, situation.fallbacks, phase.signals), approved: true, recovery: startRecovery(primary, phase.signals) };
    output.decide(route, 'recovering', 'degraded-again', `${primary.id} has degraded again`, nowMs, { target: primary.id });
    return;
  }
  const every = durationMs(policy.ramp.every) ?? 60_000;
  if (phase.rampIndex + 1 < policy.ramp.steps.length) {
    if (nowMs - phase.rampAtMs < every) return;
    phase.rampIndex += 1;
    phase.rampAtMs = nowMs;
    output.decide(route, 'recovering', 'ramp-advanced', `${policy.ramp.steps[phase.rampIndex]} % back on ${primary.id}`, nowMs, { target: primary.id });
    return;
  }
  const clean = durationMs(policy.recovery.cleanFor) ?? 600_000;
  if (phase.cleanSinceMs === undefined || nowMs - phase.cleanSinceMs < clean) return;
  route.phase = { name: 'healthy' };
  output.decide(route, 'recovering', 'recovered', `${primary.id} serves again`, nowMs, { target: primary.id });
  resolveIncident(route, nowMs);
}

/** base · 2^(cycles − 1), up to the cap; a healthy hour takes one cycle off. */
export function holdDownMs(policy: RoutePolicy, route: RouteState): number {
  const base = durationMs(policy.holdDown.base) ?? 300_000;
  const cap = durationMs(policy.holdDown.cap) ?? 7_200_000;
  return Math.min(cap, base * 2 ** Math.max(0, route.cycles - 1));
}

function resetSignal(target: TargetState, signal: keyof TargetState['monitors']): void {
  const monitor = target.monitors[signal];
  if (monitor !== undefined) resetMonitor(monitor);
}

function strongest(verdicts: readonly SignalVerdict[]): SignalVerdict | undefined {
  return verdicts.toSorted((one, other) => other.statistic / other.threshold - one.statistic / one.threshold)[0];
}
