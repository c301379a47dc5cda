import type { BaselineEvidence, Evidence } from '@understudy/contracts/evidence';
import { routeKey } from '@understudy/contracts/topics';
import { advanceRoute } from './advance-route.ts';
import { noteRule } from './broken-rules.ts';
import { applyCommand } from './commands.ts';
import { POLICY_ENTRY } from './decide-state-entries.ts';
import { type EvidencePosition, FoldOutput } from './fold-output.ts';
import { followJudge } from './judge-change.ts';
import { noteJudgeHealth, observeJudgements } from './observe-judgements.ts';
import { type IsRepeat, observeScores } from './observe-scores.ts';
import { applyMode } from './policy-change.ts';
import { changePrimary } from './primary-change.ts';
import { onAnswer } from './proposal-answers.ts';
import { reconcile } from './reconcile.ts';
import { type DecideState, nullRecord, type RouteState } from './route-state.ts';
import { learnBaselines, setTests } from './target-tests.ts';
import { passTime } from './tick.ts';

/**
 * Folds one evidence record into the state: (state, event) → state and what is to be done. Reads no clock and no store; the same records
 * give the same state and the same decisions, bit for bit. The state is changed in place, by its one owner. `isRepeat` tells calls that were seen before.
 */
export function foldEvidence(state: DecideState, evidence: Evidence, position: EvidencePosition, isRepeat: IsRepeat): FoldOutput {
  const output = new FoldOutput(position);
  if ('epoch' in evidence) {
    if (evidence.epoch < state.epoch) return output;
    state.epoch = evidence.epoch;
  }
  state.nowMs = Math.max(state.nowMs, evidence.atMs);
  for (const route of touchedBy(state, evidence, isRepeat, output)) {
    advanceRoute(state, route, output);
    reconcile(state, route, output);
  }
  return output;
}

/** Applies the record and returns the routes that it may move. */
function touchedBy(state: DecideState, evidence: Evidence, isRepeat: IsRepeat, output: FoldOutput): readonly RouteState[] {
  switch (evidence.kind) {
    case 'scores': return present(observeScores(state, evidence, isRepeat, output));
    case 'baseline': return present(onBaseline(state, evidence, output));
    case 'thresholds': return present(onThresholds(state, evidence, output));
    case 'tick': return passTime(state, output);
    case 'policy': return onPolicy(state, evidence, output);
    case 'freeze': return onFreeze(state, evidence, output);
    case 'published':
    case 'refused': return present(onAnswer(state, evidence, output));
    case 'command': return present(applyCommand(state, evidence, output));
    case 'judgements': return present(observeJudgements(state, evidence, output));
    case 'judge': return noteJudgeHealth(state, evidence, output);
    case 'threshold': return present(noteRule(state, evidence, output));
  }
}

function present(route: RouteState | undefined): RouteState[] {
  return route === undefined ? [] : [route];
}

function onBaseline(state: DecideState, evidence: BaselineEvidence, output: FoldOutput): RouteState | undefined {
  const route = state.routes[routeKey(evidence.project, evidence.route)];
  if (route === undefined || !learnBaselines(state, route, evidence)) return undefined;
  output.touch(route);
  // A route that begins with it says so itself.
  if (route.phase.name !== 'unknown') output.decide(route, route.phase.name, 'baseline-ready', `the baseline of ${evidence.target} is ready: ${Object.keys(evidence.signals).join(', ')}`, state.nowMs, { target: evidence.target });
  return route;
}

function onThresholds(state: DecideState, evidence: Extract<Evidence, { kind: 'thresholds' }>, output: FoldOutput): RouteState | undefined {
  const route = state.routes[routeKey(evidence.project, evidence.route)];
  if (route === undefined) return undefined;
  for (const stream of evidence.streams) {
    const target = route.targets[stream.target];
    if (target !== undefined) target.thresholds[stream.signal] = stream.threshold;
  }
  output.touch(route);
  return route;
}

function onPolicy(state: DecideState, evidence: Extract<Evidence, { kind: 'policy' }>, output: FoldOutput): RouteState[] {
  if (evidence.hash === state.policyHash) return [];
  const isMoved = evidence.policy.project !== state.policy.project;
  const before = state.policy;
  state.policy = evidence.policy;
  state.policyHash = evidence.hash;
  output.touchedRoutes.add(POLICY_ENTRY);
  // Of the project before: what runs for the new one will say so.
  if (isMoved && state.judge !== undefined) state.judge = { ...state.judge, health: 'off', sinceMs: state.nowMs, text: `the project ${state.policy.project} has not told of its judge yet` };
  const routes = Object.values(state.routes);
  for (const route of routes) {
    followJudge(before, state.policy, route);
    // The leader has dropped what was published for the project before.
    if (isMoved) route.proposal = undefined;
    changePrimary(state, route, output);
    setTests(state, route);
    applyMode(state, route, output);
    // Those that still stand are told again with the next minute.
    for (const target of Object.values(route.targets)) target.broken = nullRecord();
    output.touch(route);
  }
  return routes;
}

/** Said on the routes whose story it interrupts. */
function onFreeze(state: DecideState, evidence: Extract<Evidence, { kind: 'freeze' }>, output: FoldOutput): RouteState[] {
  const frozen = evidence.untilMs !== undefined && evidence.untilMs > state.nowMs;
  const changed = frozen !== (state.frozen !== undefined);
  state.frozen = frozen ? { untilMs: evidence.untilMs, reason: evidence.reason } : undefined;
  const routes = Object.values(state.routes).filter((route) => route.incident !== undefined);
  if (!changed) return [];
  for (const route of routes) output.decide(route, route.phase.name, frozen ? 'frozen' : 'unfrozen', `${frozen ? 'frozen' : 'no longer frozen'}: ${evidence.reason}`, state.nowMs);
  return frozen ? [] : Object.values(state.routes);
}
