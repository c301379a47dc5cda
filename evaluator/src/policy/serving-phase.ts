import { watchAlerts } from './alerts.ts';
import { changeText } from './decision-text.ts';
import { degrade } from './degraded-phase.ts';
import { isDoubtful } from './hostile-texts.ts';
import { factsOf } from './incidents.ts';
import { doubtByHostileTexts, doubtByJudge } from './inconclusive-phase.ts';
import { leavesNoChoice } from './hold-down.ts';
import type { Situation } from './situation.ts';
import { strongest, verdictsOf } from './target-health.ts';
import { weighJudge } from './weigh-judge.ts';

/** A suspicion that is not confirmed for so long is over. */
const SUSPICION_ENDS_MS = 60_000;

export function fromUnknown({ route, primary, output, nowMs }: Situation): void {
  const signals = Object.keys(primary.monitors);
  if (signals.length === 0 && Object.keys(primary.broken).length === 0) return;
  route.phase = { name: 'healthy' };
  const learned = Object.keys(primary.baselines).length;
  const text = learned === 0 ? `${primary.id} is watched by the limits of the policy while it is learned` : `the baseline of ${primary.id} is ready: ${learned} signals after ${primary.calls} calls`;
  output.decide(route, 'unknown', 'baseline-ready', text, nowMs, { target: primary.id });
}

export function fromServing(situation: Situation): void {
  const { route, policy, primary, output, nowMs } = situation;
  const weight = weighJudge(situation, verdictsOf(policy, primary));
  const { verdicts } = weight;
  const degraded = verdicts.filter((verdict) => verdict.verdict === 'degraded');
  if (degraded.length > 0) {
    degrade(situation, degraded);
    return;
  }
  if (weight.kind === 'alone') {
    doubtByJudge(situation, weight);
    return;
  }
  if (isDoubtful(route.hostile)) {
    doubtByHostileTexts(situation);
    return;
  }
  watchAlerts(situation, verdicts);
  const suspect = strongest(verdicts.filter(({ verdict }) => verdict === 'suspect' || verdict === 'alerting'));
  const phase = route.phase;
  if (suspect !== undefined && phase.name === 'healthy') {
    route.phase = { name: 'suspect', sinceMs: nowMs, signal: suspect.signal };
    output.decide(route, 'healthy', 'suspicion-raised', `suspicion: ${changeText(primary, suspect)}`, nowMs, { target: primary.id, signal: suspect.signal, ...factsOf(route, primary.id, suspect) });
  } else if (suspect !== undefined && phase.name === 'suspect' && leavesNoChoice([suspect.signal]) && !leavesNoChoice([phase.signal])) {
    // Calls that fail outright weigh more than what the suspicion began with.
    phase.signal = suspect.signal;
    output.touch(route);
  } else if (suspect === undefined && phase.name === 'suspect' && nowMs - phase.sinceMs >= SUSPICION_ENDS_MS) {
    route.phase = { name: 'healthy' };
    output.decide(route, 'suspect', 'suspicion-cleared', `the suspicion about ${phase.signal} of ${primary.id} was not confirmed`, nowMs, { target: primary.id, signal: phase.signal });
  }
}
