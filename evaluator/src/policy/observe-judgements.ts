import type { CallScore, Judgement, JudgeHealthEvidence, JudgementsEvidence, Sampling } from '@understudy/contracts/evidence';
import { routeKey } from '@understudy/contracts/topics';
import { observeJudge } from '../detectors/judge-monitor.ts';
import { resetMonitor } from '../detectors/signal-monitor.ts';
import { countsAlike } from './counts-alike.ts';
import type { FoldOutput } from './fold-output.ts';
import { noteText } from './hostile-texts.ts';
import { observeRecovery } from './recovery.ts';
import type { DecideState, RouteState, TargetState } from './route-state.ts';

/** Feeds what the judge made of the calls of one route. Its verdicts count only while it is healthy; hostile texts are counted always. */
export function observeJudgements(state: DecideState, evidence: JudgementsEvidence, output: FoldOutput): RouteState | undefined {
  const route = state.routes[routeKey(evidence.project, evidence.route)];
  if (route === undefined) return undefined;
  output.touch(route);
  const counts = isTrusted(state);
  for (const judgement of evidence.judgements) {
    const { outcome } = judgement;
    if (outcome.kind === 'excluded' || outcome.kind === 'judged') noteText(state, route, judgement);
    if (outcome.kind === 'judged' && counts) observeJudged(route, judgement, 1 - outcome.score, evidence.atMs);
  }
  return route;
}

/** A call that was not drawn says what its heuristics say; one that was is heard of when it is judged. */
export function observeUndrawn(state: DecideState, target: TargetState, score: CallScore, sampling: Sampling | undefined, atMs: number): void {
  const monitor = target.monitors.judge;
  if (monitor?.kind !== 'judge' || sampling === undefined || score.draw === undefined || score.draw.drawn || !isTrusted(state)) return;
  observeJudge(monitor, { flagged: score.draw.flagged, sampling, badness: undefined }, atMs);
}

function observeJudged(route: RouteState, judgement: Judgement, badness: number, atMs: number): void {
  const target = route.targets[judgement.target];
  const monitor = target?.monitors.judge;
  if (target === undefined || monitor?.kind !== 'judge') return;
  observeJudge(monitor, { flagged: judgement.flagged, sampling: judgement.sampling, badness }, atMs);
  if (!countsAlike(judgement)) return;
  for (const recovery of recoveriesOf(route, target, judgement)) if (recovery.judge !== undefined) observeRecovery({ judge: recovery.judge }, target, { judge: badness });
}

/** The proofs that a judged call of the target speaks to. */
function recoveriesOf(route: RouteState, target: TargetState, { purpose }: Judgement): RouteState['targets'][string]['healing'][] {
  if (target.id !== route.primary) return [target.healing];
  const alert = route.alert === undefined ? [] : [route.alert.recovery];
  const phase = route.phase;
  if (phase.name === 'probing') return purpose === 'probe' ? [...alert, phase.recovery] : alert;
  return 'recovery' in phase ? [...alert, phase.recovery] : alert;
}

/** Before the judge role has said anything its judgements count: there would be none if it did not run. */
export function isTrusted(state: DecideState): boolean {
  return state.judge === undefined || state.judge.health === 'healthy' || state.judge.health === 'spent' || state.judge.health === 'unreachable';
}

/** What was learned from a judge that judges otherwise than before is nothing: its tests begin anew. */
export function noteJudgeHealth(state: DecideState, evidence: JudgeHealthEvidence, output: FoldOutput): RouteState[] {
  if (evidence.project !== state.policy.project) return [];
  const before = state.judge;
  state.judge = { health: evidence.health, sinceMs: evidence.sinceMs, text: evidence.text, anchorsPassedAtMs: evidence.anchorsPassedAtMs };
  if (isTrusted(state) || before?.health === evidence.health) return Object.values(state.routes);
  for (const route of Object.values(state.routes)) {
    for (const target of Object.values(route.targets)) if (target.monitors.judge !== undefined) resetMonitor(target.monitors.judge);
    output.touch(route);
  }
  return Object.values(state.routes);
}
