import type { CallScore, Judgement, JudgeHealthEvidence, JudgementsEvidence, Sampling } from '@understudy/contracts/evidence';
import { routeKey } from '@understudy/contracts/topics';
import { type JudgeMonitor, type JudgeObservation, observeJudge } from '../detectors/judge-monitor.ts';
import { newJudgedInOrder, noteDrawn, noteUndrawn, settleDrawn } from '../detectors/judged-in-order.ts';
import { resetMonitor } from '../detectors/signal-monitor.ts';
import { drawNumber } from '../sampling/draw.ts';
import { countsAlike } from './counts-alike.ts';
import type { FoldOutput } from './fold-output.ts';
import { noteText } from './hostile-texts.ts';
import { dropJudgeProofs, judgedBy } from './judge-change.ts';
import { observeRecovery } from './recovery.ts';
import type { DecideState, RouteState, TargetState } from './route-state.ts';

/** Feeds what the judge made of the calls of one route. Its verdicts count only while it is healthy; hostile texts are counted always. */
export function observeJudgements(state: DecideState, evidence: JudgementsEvidence, output: FoldOutput): RouteState | undefined {
  const route = state.routes[routeKey(evidence.project, evidence.route)];
  // What comes late, after the policy has let the judge go, would begin doubts that nothing could end.
  if (route === undefined || judgedBy(state.policy, route.route) === undefined) return undefined;
  output.touch(route);
  const counts = isTrusted(state);
  for (const judgement of evidence.judgements) {
    const { outcome } = judgement;
    if (outcome.kind === 'excluded' || outcome.kind === 'judged') noteText(state, route, judgement);
    settle(route, judgement, counts ? badnessOf(judgement) : undefined, evidence.atMs);
  }
  return route;
}

/** A call that was not drawn says what its heuristics say; one that was is waited for: the tests see the calls in the order in which they came. */
export function observeDraw(state: DecideState, target: TargetState, score: CallScore, sampling: Sampling | undefined, atMs: number): void {
  const monitor = target.monitors.judge;
  if (monitor?.kind !== 'judge' || sampling === undefined || score.draw === undefined || !isTrusted(state)) return;
  const { flagged, drawn } = score.draw;
  if (drawn) noteDrawn(target.judged, idOf(score), flagged, sampling, feeding(monitor, atMs));
  else noteUndrawn(target.judged, flagged, sampling, feeding(monitor, atMs));
}

function settle(route: RouteState, judgement: Judgement, badness: number | undefined, atMs: number): void {
  const target = route.targets[judgement.target];
  const monitor = target?.monitors.judge;
  if (target === undefined || monitor?.kind !== 'judge') return;
  settleDrawn(target.judged, idOf(judgement), badness, feeding(monitor, atMs));
  if (badness === undefined || !countsAlike(judgement)) return;
  for (const recovery of recoveriesOf(route, target, judgement)) if (recovery.judge !== undefined) observeRecovery({ judge: recovery.judge }, target, { judge: badness });
}

function badnessOf({ outcome }: Judgement): number | undefined {
  return outcome.kind === 'judged' ? 1 - outcome.score : undefined;
}

/** Short, since the state holds it: two calls of 200 share it once in a hundred thousand times, and then one of them has the other's verdict. */
function idOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return drawNumber(traceId, spanId).toString(36).slice(2);
}

function feeding(monitor: JudgeMonitor, atMs: number): (observation: JudgeObservation) => void {
  return (observation) => observeJudge(monitor, observation, atMs);
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
  state.judge = { health: evidence.health, sinceMs: evidence.sinceMs, text: evidence.text, anchorsPassedAtMs: evidence.anchorsPassedAtMs, heardAtMs: state.nowMs };
  if (isTrusted(state) || before?.health === evidence.health) return Object.values(state.routes);
  for (const route of Object.values(state.routes)) {
    for (const target of Object.values(route.targets)) {
      target.judged = newJudgedInOrder();
      if (target.monitors.judge !== undefined) resetMonitor(target.monitors.judge);
    }
    if (evidence.health === 'off') dropJudgeProofs(route);
    output.touch(route);
  }
  return Object.values(state.routes);
}
