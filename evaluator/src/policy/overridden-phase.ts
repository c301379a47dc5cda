import { durationMs } from '@understudy/contracts/duration';
import { switchingNullOf } from '../detectors/signal-monitor.ts';
import { isHeldByRules } from './broken-rules.ts';
import { durationText } from './decision-text.ts';
import { candidates, noteFurtherSignals, restartTests } from './degraded-phase.ts';
import { holdDownMs, isHard, leavesNoChoice } from './hold-down.ts';
import { hasFailed, isRecovered, proofsOf, startRecovery } from './recovery.ts';
import { nullRecord, type PhaseOf } from './route-state.ts';
import type { Situation } from './situation.ts';
import { eligibleFallback, healthOf } from './target-health.ts';

/** More overrides in six hours than this are left to a person (table A, row 19). */
const MOST_OVERRIDES = 3;
const FLAP_WINDOW_MS = 6 * 3_600_000;
/** Probes that fail outright end the probing at once, unless failing is usual for the route. */
const HARD_FAILURES_IN_A_ROW = 2;
const USUAL_FAILURE_RATE = 0.1;

export function fromOverridden(situation: Situation, phase: PhaseOf<'overridden'>): void {
  const { route, policy, primary, output, nowMs } = situation;
  if (leaveBadFallback(situation, phase)) return;
  noteFurtherSignals(situation, phase.signals, undefined);
  const every = durationMs(policy.ramp.every) ?? 60_000;
  if (phase.rampIndex + 1 < policy.ramp.steps.length && !leavesNoChoice(phase.signals) && nowMs - phase.rampAtMs >= every) {
    phase.rampIndex += 1;
    phase.rampAtMs = nowMs;
    output.decide(route, 'overridden', 'ramp-advanced', `${policy.ramp.steps[phase.rampIndex]} % of ${route.route} on ${phase.fallback}`, nowMs, { target: phase.fallback });
    return;
  }
  if (nowMs < phase.holdDownUntilMs || heldByFlapLimit(situation, phase)) return;
  // They tell of calls before the override: the primary has had none since that a rule could look at. Those that still stand are told again with the next minute.
  const ruled = Object.values(primary.broken).some(({ action }) => action === 'switch');
  primary.broken = nullRecord();
  route.phase = { name: 'probing', sinceMs: nowMs, signals: phase.signals, fallback: phase.fallback, recovery: startRecovery(primary, phase.signals), hardFailuresInARow: 0, ruled };
  output.decide(route, 'overridden', 'hold-down-over', `probing ${primary.id} with ${policy.probe.percent} % of the requests`, nowMs, { target: primary.id });
}

/** A route that goes back and forth stays where it is safe until the six hours are over or a person releases it. */
function heldByFlapLimit({ route, output, nowMs }: Situation, phase: PhaseOf<'overridden'>): boolean {
  const recent = route.overridesAtMs.filter((atMs) => nowMs - atMs < FLAP_WINDOW_MS).length;
  if (recent <= MOST_OVERRIDES) {
    phase.escalated = false;
    return false;
  }
  if (phase.escalated) return true;
  phase.escalated = true;
  output.decide(route, 'overridden', 'escalated', `${recent} overrides in 6 h: ${phase.fallback} stays until somebody releases the route`, nowMs, { target: phase.fallback });
  return true;
}

/** Never back and forth: a fallback that goes bad is replaced by the next one, or the application's own order answers until the hold-down is over. */
function leaveBadFallback({ state, route, policy, primary, fallbacks, output, nowMs }: Situation, phase: PhaseOf<'overridden' | 'probing'>): boolean {
  const bad = phase.fallback;
  if (healthOf(policy, route.targets[bad], nowMs) !== 'degraded') return false;
  const next = eligibleFallback(state, route, candidates(primary, route, fallbacks, phase.signals).filter((id) => id !== bad), isHard(phase.signals));
  const notBeforeMs = nowMs + holdDownMs(policy, route, phase.signals, output.position.offset);
  if (next === undefined) route.phase = { name: 'exhausted', sinceMs: nowMs, signals: phase.signals, recovery: startRecovery(primary, phase.signals), notBeforeMs };
  else phase.fallback = next;
  if (route.incident !== undefined) route.incident.fallback = next;
  const text = next === undefined ? `${bad} has degraded too and no other fallback is proved: the application's own order for ${durationText(notBeforeMs - nowMs)}` : `${bad} has degraded too; ${next} takes over`;
  output.decide(route, phase.name, 'fallback-degraded', text, nowMs, { target: bad });
  return true;
}

export function fromProbing(situation: Situation, phase: PhaseOf<'probing'>): void {
  const { route, policy, primary, output, nowMs } = situation;
  if (leaveBadFallback(situation, phase)) return;
  noteFurtherSignals(situation, phase.signals, phase.recovery);
  if (hasFailed(phase.recovery) || failsOutright(situation, phase)) {
    route.cycles += 1;
    const waitMs = holdDownMs(policy, route, phase.signals, output.position.offset);
    route.phase = {
      name: 'overridden', sinceMs: nowMs, signals: phase.signals, fallback: phase.fallback, rampIndex: policy.ramp.steps.length - 1, rampAtMs: nowMs,
      holdDownUntilMs: nowMs + waitMs, escalated: false,
    };
    output.decide(route, 'probing', 'probe-failed', `${primary.id} is still degraded (${probeCounts(phase)}); probing again in ${durationText(waitMs)}`, nowMs, { target: primary.id });
    return;
  }
  if (!isRecovered(phase.recovery, policy.recovery.alpha, route.cycles) || isHeldByRules(primary, phase, nowMs)) return;
  restartTests(primary);
  route.phase = { name: 'recovering', signals: phase.signals, fallback: phase.fallback, rampIndex: 0, rampAtMs: nowMs, cleanSinceMs: undefined };
  output.decide(route, 'probing', 'recovery-proved', `${primary.id} has proved itself (${probeCounts(phase)})`, nowMs, { target: primary.id });
}

function failsOutright({ primary }: Situation, phase: PhaseOf<'probing'>): boolean {
  const monitor = primary.monitors.error;
  const usual = (monitor === undefined ? undefined : switchingNullOf(monitor)) ?? 0;
  return phase.hardFailuresInARow >= HARD_FAILURES_IN_A_ROW && usual < USUAL_FAILURE_RATE;
}

function probeCounts(phase: PhaseOf<'probing'>): string {
  return proofsOf(phase.recovery).map(([signal, proof]) => `${signal}: ${proof.failures} of ${proof.probes} probes bad`).join('; ') || 'nothing left to prove';
}
