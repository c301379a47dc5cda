import { resetMonitor } from '../detectors/signal-monitor.ts';
import { watchAlerts } from './alerts.ts';
import { changeText } from './decision-text.ts';
import { degrade } from './degraded-phase.ts';
import { isDoubtful } from './hostile-texts.ts';
import { factsOf, openIncident, resolveIncident } from './incidents.ts';
import { isTrusted } from './observe-judgements.ts';
import { isRecovered, restartHopeless, startRecovery } from './recovery.ts';
import type { PhaseOf, RouteState } from './route-state.ts';
import type { Situation } from './situation.ts';
import { eligibleFallback, healthOf, type SignalVerdict, verdictsOf } from './target-health.ts';
import { doubtSinceMs, type JudgeWeight, weighJudge } from './weigh-judge.ts';

/** The judge alone says that the primary is worse: people are told, and may switch; the route stays where it is. */
export function doubtByJudge(situation: Situation, { verdict, text }: Extract<JudgeWeight, { kind: 'alone' }>): void {
  const { state, route, policy, primary, fallbacks, output, nowMs } = situation;
  const from = route.phase.name;
  const doubtedSinceMs = doubtSinceMs(route.phase) ?? nowMs;
  const fallback = policy.mode === 'observe' ? undefined : eligibleFallback(state, route, fallbacks, true);
  if (policy.mode !== 'observe') openIncident(route, primary.id, verdict, 'alert', nowMs, output);
  propose(route, fallback);
  route.phase = { name: 'inconclusive', sinceMs: nowMs, because: 'judge-alone', doubtedSinceMs, signals: ['judge'], fallback, recovery: startRecovery(primary, ['judge']) };
  const proposal = fallback === undefined ? 'nothing is switched' : `nothing is switched; a person may switch to ${fallback}`;
  output.decide(route, from, 'judge-alone', `${changeText(primary, verdict)}; ${text}: ${proposal}`, nowMs, { target: primary.id, signal: 'judge', ...factsOf(route, primary.id, verdict) });
}

/** So many texts are hostile that quality cannot be judged: whatever the judge says of the others would be what the attacker leaves it. */
export function doubtByHostileTexts({ route, primary, output, nowMs }: Situation): void {
  const from = route.phase.name;
  route.phase = { name: 'inconclusive', sinceMs: nowMs, because: 'hostile-text', signals: [], fallback: undefined, recovery: {} };
  output.decide(route, from, 'hostile-text', `more than 15 % of the texts of ${primary.id} try to influence the judge: its verdicts do not count until they are fewer`, nowMs, { target: primary.id, signal: 'judge' });
}

export function fromInconclusive(situation: Situation, phase: PhaseOf<'inconclusive'>): void {
  const { state, route, policy, primary, output, nowMs } = situation;
  const weight = weighJudge(situation, verdictsOf(policy, primary));
  const degraded = weight.verdicts.filter(({ verdict }) => verdict === 'degraded');
  if (degraded.length > 0) {
    if (degraded.some(({ signal }) => signal === 'judge')) output.decide(route, 'inconclusive', 'judge-agreed', 'another family of signals says so too', nowMs, { target: primary.id });
    degrade(situation, degraded);
    return;
  }
  if (phase.because === 'hostile-text' ? !isDoubtful(route.hostile) : !isTrusted(state) || isDoubtful(route.hostile)) {
    end(situation, phase, phase.because === 'hostile-text' ? 'few texts are hostile now' : 'the judge itself has become doubtful');
    return;
  }
  if (phase.because === 'hostile-text') {
    // Whoever writes such texts must not keep people from hearing what else is wrong.
    watchAlerts(situation, weight.verdicts);
    return;
  }
  if (weight.kind === 'alone') keepProposing(situation, phase, weight.verdict);
  noteAlerting(situation, weight.verdicts);
  restartHopeless(phase.recovery, primary);
  const isRuled = Object.values(primary.broken).some(({ signal, action }) => signal === 'judge' && action === 'switch');
  if (!isRuled && isRecovered(phase.recovery, policy.recovery.alpha)) end(situation, phase, primary.monitors.judge === undefined ? `${primary.id} is not judged as it was before: there is nothing to compare with` : `${primary.id} is judged as before`);
}

function propose(route: RouteState, fallback: string | undefined): void {
  if (route.incident !== undefined) Object.assign(route.incident, { fallback, suggestion: fallback === undefined ? undefined : `switch ${route.route} to ${fallback}` });
}

/** Policy, order and fallbacks may have changed since people were told: what they may apply is what could be done now. */
function keepProposing({ state, route, policy, primary, fallbacks, output, nowMs }: Situation, phase: PhaseOf<'inconclusive'>, verdict: SignalVerdict): void {
  const current = phase.fallback === undefined ? undefined : healthOf(policy, route.targets[phase.fallback], nowMs);
  const isGood = current === 'healthy' || current === 'unproven';
  const fallback = policy.mode === 'observe' ? undefined : isGood ? phase.fallback : eligibleFallback(state, route, fallbacks, true);
  const isTold = policy.mode === 'observe' || (route.incident !== undefined && (route.incident.suggestion === undefined) === (fallback === undefined));
  if (fallback === phase.fallback && isTold) return;
  phase.fallback = fallback;
  if (policy.mode !== 'observe') openIncident(route, primary.id, verdict, 'alert', nowMs, output);
  propose(route, fallback);
  output.touch(route);
}

/** What only alerts belongs to the incident that is open already. */
function noteAlerting({ route, primary, output, nowMs }: Situation, verdicts: readonly SignalVerdict[]): void {
  for (const verdict of verdicts) {
    if (verdict.verdict !== 'alerting' || route.incident === undefined || route.incident.signals.includes(verdict.signal)) continue;
    openIncident(route, primary.id, verdict, 'alert', nowMs, output);
    output.decide(route, 'inconclusive', 'alert-raised', changeText(primary, verdict), nowMs, { target: primary.id, signal: verdict.signal, ...factsOf(route, primary.id, verdict) });
  }
}

/** Only the judge's test begins anew: what others have gathered stands. */
function end({ route, primary, output, nowMs }: Situation, { because }: PhaseOf<'inconclusive'>, text: string): void {
  route.phase = { name: 'healthy' };
  if (primary.monitors.judge !== undefined) resetMonitor(primary.monitors.judge);
  output.decide(route, 'inconclusive', 'recovered', text, nowMs, { target: primary.id });
  if (because === 'judge-alone') resolveIncident(route, nowMs, output);
}
