import type { RoutePolicy } from '@understudy/contracts/policy';
import type { SignalName } from '@understudy/contracts/signal';
import { resetMonitor } from '../detectors/signal-monitor.ts';
import { isCostAlone, savesWithoutLoss } from './cost-switch.ts';
import { changeText } from './decision-text.ts';
import { desiredEntry, sameEntry } from './desired-entry.ts';
import { holdDownMs, isHard } from './hold-down.ts';
import { factsOf, openIncident, resolveIncident } from './incidents.ts';
import { isRecovered, startRecovery } from './recovery.ts';
import { nullRecord, type PhaseOf, type RecoveryState, type RouteState, type TargetState } from './route-state.ts';
import type { Situation } from './situation.ts';
import { eligibleFallback, healthOf, isProvedByCalls, type SignalVerdict, strongest, verdictsOf } from './target-health.ts';
import { weighJudge } from './weigh-judge.ts';

const FLAP_WINDOW_MS = 6 * 3_600_000;

/** The primary is proved worse: opens the incident and looks for somebody who can take over. `approved`: the same story goes on (it came back too early). */
export function degrade(situation: Situation, degraded: readonly SignalVerdict[], approved = false): void {
  const { route, policy, primary, output, nowMs } = situation;
  const worst = strongest(degraded);
  if (worst === undefined) return;
  const from = route.phase.name;
  const signals = degraded.map((verdict) => verdict.signal);
  if (policy.mode !== 'observe') for (const verdict of [worst, ...degraded]) openIncident(route, primary.id, verdict, 'switch', nowMs, output);
  const fallback = chooseFallback(situation, signals, startRecovery(primary, signals), approved, 0);
  const facts = { target: primary.id, signal: worst.signal, ...factsOf(route, primary.id, worst) };
  const what = changeText(primary, worst);
  if (from === 'recovering') output.decide(route, from, 'degraded-again', `again: ${what}`, nowMs, facts);
  else if (policy.mode === 'observe') output.decide(route, from, 'signal-degraded', `${what}; mode observe: nothing is done`, nowMs, facts);
  else if (fallback === undefined) output.decide(route, from, 'no-eligible-fallback', `${what}; no fallback is proved, the application's own order stays (standby.percent keeps one proved)`, nowMs, facts);
  else if (policy.mode === 'auto') output.decide(route, from, 'override-proposed', `${what}; switching to ${fallback}`, nowMs, facts);
  else output.decide(route, from, 'suggested', `${what}; proposed: switch to ${fallback}${caveat(situation, fallback)}`, nowMs, facts);
}

/** Nothing is worse than calls that fail outright; and what is only proposed (`suggest`) a person weighs. */
function mayBeUnproven(policy: RoutePolicy, signals: readonly SignalName[], approved: boolean): boolean {
  return isHard(signals) || (policy.mode === 'suggest' && !approved);
}

/** To save money nothing takes over that is worse, or of which it is not known. */
export function candidates(primary: TargetState, route: RouteState, fallbacks: readonly string[], signals: readonly SignalName[]): readonly string[] {
  return isCostAlone(signals) ? fallbacks.filter((id) => savesWithoutLoss(primary, route.targets[id])) : fallbacks;
}

function caveat({ route, policy, nowMs }: Situation, fallback: string): string {
  if (healthOf(policy, route.targets[fallback], nowMs) === 'healthy') return '';
  return isProvedByCalls(route.targets[fallback], nowMs) ? ', whose answers the judge doubts' : ', of which too few calls were seen to call it proved (standby.percent keeps a fallback proved)';
}

/** Enters `degraded` with the fallback that may take over, or `exhausted` without one. */
function chooseFallback({ state, route, policy, primary, fallbacks, nowMs }: Situation, signals: SignalName[], recovery: RecoveryState, approved: boolean, notBeforeMs: number): string | undefined {
  const fallback = nowMs < notBeforeMs ? undefined : eligibleFallback(state, route, candidates(primary, route, fallbacks, signals), mayBeUnproven(policy, signals, approved));
  route.phase = fallback === undefined
    ? { name: 'exhausted', sinceMs: nowMs, signals, recovery, notBeforeMs }
    : { name: 'degraded', sinceMs: nowMs, signals, fallback, approved, recovery };
  if (route.incident !== undefined) {
    route.incident.fallback = fallback;
    route.incident.suggestion = fallback !== undefined && policy.mode === 'suggest' && !approved ? `switch ${route.route} to ${fallback}` : undefined;
  }
  return fallback;
}

export function fromDegraded(situation: Situation, phase: PhaseOf<'degraded' | 'exhausted'>): void {
  if (endByItself(situation, phase)) return;
  noteFurtherSignals(situation, phase.signals, phase.recovery);
  if (phase.name === 'degraded' && begin(situation, phase)) return;
  openLate(situation);
  changeFallback(situation, phase);
}

/** The primary proved itself good on the calls that it still serves. */
function endByItself({ route, policy, primary, output, nowMs }: Situation, phase: PhaseOf<'degraded' | 'exhausted'>): boolean {
  if (!isRecovered(phase.recovery, policy.recovery.alpha) || Object.values(primary.broken).some(({ action }) => action === 'switch')) return false;
  route.phase = { name: 'healthy' };
  restartTests(primary);
  output.decide(route, phase.name, 'recovered', `${phase.signals.join(', ')} of ${primary.id} is as it was; nothing had to be switched`, nowMs, { target: primary.id });
  resolveIncident(route, nowMs, output);
  return true;
}

/** Only a published override is one. */
function begin({ state, route, policy, output, nowMs }: Situation, phase: PhaseOf<'degraded'>): boolean {
  const proposal = route.proposal;
  const wanted = desiredEntry(state, route);
  if (wanted.effect !== 'override' || proposal?.effect !== 'override' || proposal.answer !== 'published' || !sameEntry(proposal.entry, wanted.entry)) return false;
  route.cycles += 1;
  route.cyclesAtMs = nowMs;
  route.overridesAtMs = [...route.overridesAtMs.filter((atMs) => nowMs - atMs < FLAP_WINDOW_MS), nowMs];
  const holdDownUntilMs = nowMs + holdDownMs(policy, route, phase.signals, output.position.offset);
  route.phase = { name: 'overridden', sinceMs: nowMs, signals: phase.signals, fallback: phase.fallback, rampIndex: 0, rampAtMs: nowMs, holdDownUntilMs, escalated: false };
  if (route.incident !== undefined) Object.assign(route.incident, { suggestion: undefined, fallback: phase.fallback, changedAtMs: nowMs });
  const share = wanted.entry?.targets[0]?.percent;
  output.decide(route, 'degraded', 'override-published', `${phase.fallback} serves ${share} % of ${route.route} (version ${proposal.version})`, nowMs, { target: phase.fallback });
  return true;
}

/** A route that leaves `observe` while its primary is degraded gets its incident now. */
function openLate({ route, policy, primary, output, nowMs }: Situation): void {
  if (policy.mode === 'observe' || route.incident !== undefined) return;
  for (const verdict of verdictsOf(policy, primary)) if (verdict.verdict === 'degraded') openIncident(route, primary.id, verdict, 'switch', nowMs, output);
  if (route.incident !== undefined) output.decide(route, route.phase.name, 'signal-degraded', `${primary.id} is degraded; the route is now in mode ${policy.mode}`, nowMs, { target: primary.id });
}

/** Another fallback when the chosen one is no longer good, or when one has become eligible at last. */
function changeFallback(situation: Situation, phase: PhaseOf<'degraded' | 'exhausted'>): void {
  const { state, route, policy, primary, fallbacks, nowMs } = situation;
  const [current, approved, notBeforeMs] = phase.name === 'degraded' ? [phase.fallback, phase.approved, 0] : [undefined, false, phase.notBeforeMs];
  const health = current === undefined ? undefined : healthOf(policy, route.targets[current], nowMs);
  // What a person has approved holds unless it is bad itself.
  if (health === 'healthy' || (approved && health === 'unproven')) return;
  const next = nowMs < notBeforeMs ? undefined : eligibleFallback(state, route, candidates(primary, route, fallbacks, phase.signals), mayBeUnproven(policy, phase.signals, approved));
  if (next === current) return;
  chooseFallback(situation, phase.signals, phase.recovery, approved, notBeforeMs);
  sayFallback(situation, phase.name, current, next);
}

function sayFallback(situation: Situation, from: 'degraded' | 'exhausted', current: string | undefined, next: string | undefined): void {
  const { route, policy, output, nowMs } = situation;
  if (next === undefined) output.decide(route, from, 'no-eligible-fallback', `${current} is no longer proved and no other fallback is`, nowMs, { target: current });
  else if (policy.mode === 'observe') output.touch(route);
  else if (policy.mode === 'auto') output.decide(route, from, 'override-proposed', `${next} can take over: switching to it`, nowMs, { target: next });
  else output.decide(route, from, 'suggested', `proposed: switch to ${next}${caveat(situation, next)}`, nowMs, { target: next });
}

/** Signals that degrade while the incident is open belong to it, and have to be proved good too. */
export function noteFurtherSignals(situation: Situation, signals: SignalName[], recovery: RecoveryState | undefined): void {
  const { route, policy, primary, nowMs, output } = situation;
  for (const verdict of weighJudge(situation, verdictsOf(policy, primary)).verdicts) {
    if (verdict.verdict !== 'degraded' || signals.includes(verdict.signal)) continue;
    signals.push(verdict.signal);
    if (recovery !== undefined) Object.assign(recovery, startRecovery(primary, [verdict.signal]));
    if (route.incident !== undefined) openIncident(route, primary.id, verdict, 'switch', nowMs, output);
    output.decide(route, route.phase.name, 'signal-degraded', `also ${changeText(primary, verdict)}`, nowMs, { target: primary.id, signal: verdict.signal, ...factsOf(route, primary.id, verdict) });
  }
}

/** All tests of the primary begin anew, and its rules: what they remember is the incident (the no-flap theorem holds because p_rec ≤ m). */
export function restartTests(primary: TargetState): void {
  for (const monitor of Object.values(primary.monitors)) if (monitor !== undefined) resetMonitor(monitor);
  primary.broken = nullRecord();
}
