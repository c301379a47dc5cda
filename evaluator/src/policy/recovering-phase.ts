import { durationMs } from '@understudy/contracts/duration';
import { degrade } from './degraded-phase.ts';
import { desiredEntry, sameEntry } from './desired-entry.ts';
import { resolveIncident } from './incidents.ts';
import type { PhaseOf } from './route-state.ts';
import type { Situation } from './situation.ts';
import { verdictsOf } from './target-health.ts';
import { weighJudge } from './weigh-judge.ts';

/** The primary gets its traffic back step by step; the tests, begun anew, watch it as ever. */
export function fromRecovering(situation: Situation, phase: PhaseOf<'recovering'>): void {
  const { route, policy, primary, output, nowMs } = situation;
  const degraded = weighJudge(situation, verdictsOf(policy, primary)).verdicts.filter((verdict) => verdict.verdict === 'degraded');
  if (degraded.length > 0) {
    degrade(situation, degraded, true);
    return;
  }
  if (phase.rampIndex + 1 < policy.ramp.steps.length) {
    if (nowMs - phase.rampAtMs < (durationMs(policy.ramp.every) ?? 60_000)) return;
    phase.rampIndex += 1;
    phase.rampAtMs = nowMs;
    output.decide(route, 'recovering', 'ramp-advanced', `${policy.ramp.steps[phase.rampIndex]} % of ${route.route} back on ${primary.id}`, nowMs, { target: primary.id });
    return;
  }
  if (phase.cleanSinceMs === undefined) {
    noteCleared(situation, phase);
    return;
  }
  if (nowMs - phase.cleanSinceMs < (durationMs(policy.recovery.cleanFor) ?? 600_000)) return;
  route.phase = { name: 'healthy' };
  route.cyclesAtMs = nowMs;
  output.decide(route, 'recovering', 'recovered', `${primary.id} serves again and has been clean for ${policy.recovery.cleanFor}`, nowMs, { target: primary.id });
  resolveIncident(route, nowMs, output);
}

/** The clean time runs from the moment on which the override is gone from the published snapshot. */
function noteCleared({ state, route, output, nowMs }: Situation, phase: PhaseOf<'recovering'>): void {
  const proposal = route.proposal;
  if (route.pin !== undefined || proposal?.answer !== 'published' || !sameEntry(proposal.entry, desiredEntry(state, route).entry)) return;
  phase.cleanSinceMs = nowMs;
  output.decide(route, 'recovering', 'override-cleared', `back to the application's own order (version ${proposal.version})`, nowMs, { target: route.primary });
}
