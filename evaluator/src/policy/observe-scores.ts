import type { CallScore, ScoresEvidence } from '@understudy/contracts/evidence';
import { routePolicyOf } from '@understudy/contracts/policy';
import type { SignalName } from '@understudy/contracts/signal';
import { routeKey } from '@understudy/contracts/topics';
import { observe } from '../detectors/signal-monitor.ts';
import { observeAlert } from './alerts.ts';
import { noteDeclaration, settleOrder } from './app-order.ts';
import { healTarget } from './heal-target.ts';
import type { FoldOutput } from './fold-output.ts';
import { changePrimary } from './primary-change.ts';
import { observeRecovery, restartHopeless } from './recovery.ts';
import { type DecideState, newRouteState, newTargetState, type RouteState, type TargetState } from './route-state.ts';
import { setTests } from './target-tests.ts';
import { observeDraw } from './observe-judgements.ts';
import { noteFinished } from './target-health.ts';

/** Most routes and targets kept a partition: names come from the network. */
const MAX_ROUTES = 2_000;
const MAX_TARGETS = 20;
/** A route that has been quiet for so long makes room for a new one at the limit. */
const MAY_MAKE_ROOM_MS = 15 * 60_000;

export type IsRepeat = (traceId: string, spanId: string) => boolean;

/** Feeds the calls of one route to its tests. A repeat counts nothing. */
export function observeScores(state: DecideState, evidence: ScoresEvidence, isRepeat: IsRepeat, output: FoldOutput): RouteState | undefined {
  const route = routeOf(state, evidence, output);
  if (route === undefined) return undefined;
  output.touch(route);
  noteDeclaration(route, evidence.targets, evidence.scores.length, evidence.atMs);
  settleOrder(route, routePolicyOf(state.policy, route.route), evidence.scores[0]?.target);
  changePrimary(state, route, output);
  for (const score of evidence.scores) {
    if (isRepeat(score.traceId, score.spanId)) continue;
    observeScore(state, route, score, evidence);
    output.observedCalls += 1;
  }
  route.lastCallMs = Math.max(route.lastCallMs, evidence.atMs);
  return route;
}

function routeOf(state: DecideState, { project, route: name }: ScoresEvidence, output: FoldOutput): RouteState | undefined {
  const key = routeKey(project, name);
  const known = state.routes[key];
  if (known !== undefined) return known;
  if (Object.keys(state.routes).length >= MAX_ROUTES && !makeRoom(state, isNamed(state, project, name), output)) return undefined;
  const route = newRouteState(project, name);
  state.routes[key] = route;
  return route;
}

/** Whether the operator knows the route: it is in the policy of the project that is served. */
function isNamed({ policy }: DecideState, project: string, name: string): boolean {
  return project === policy.project && Object.hasOwn(policy.routes, name);
}

/** Forgets the longest quiet route that nothing is published for. One that the policy names goes only for another such (`forNamed`), for which one that is still learning goes too. */
function makeRoom(state: DecideState, forNamed: boolean, output: FoldOutput): boolean {
  let oldest: [string, RouteState] | undefined;
  for (const entry of Object.entries(state.routes)) {
    const route = entry[1];
    if (mayGo(state, route, forNamed) && route.lastCallMs < (oldest?.[1].lastCallMs ?? Number.POSITIVE_INFINITY)) oldest = entry;
  }
  if (oldest === undefined) return false;
  delete state.routes[oldest[0]];
  output.forget(oldest[0]);
  return true;
}

function mayGo(state: DecideState, route: RouteState, forNamed: boolean): boolean {
  if (route.proposal?.entry !== undefined || route.pin !== undefined || route.incident !== undefined) return false;
  const isQuiet = state.nowMs - route.lastCallMs >= MAY_MAKE_ROOM_MS;
  if (isNamed(state, route.project, route.route)) return isQuiet && forNamed;
  return isQuiet || (forNamed && route.phase.name === 'unknown');
}

function observeScore(state: DecideState, route: RouteState, score: CallScore, { atMs, sampling }: ScoresEvidence): void {
  const target = targetOf(state, route, score.target);
  if (target === undefined) return;
  noteFinished(target, atMs);
  target.calls += 1;
  for (const name in score.signals) {
    const signal = name as SignalName;
    const value = score.signals[signal];
    const monitor = target.monitors[signal];
    if (value !== undefined && monitor !== undefined) observe(monitor, value, atMs);
  }
  observeDraw(state, target, score, sampling, atMs);
  if (target.id !== route.primary) healTarget(state, route, target, score.signals);
  else if (score.purpose !== 'shadow') observePrimary(route, target, score);
}

/** What a call of the primary proves about its recovery: a probe while it is probed, any call while it is still serving. */
function observePrimary(route: RouteState, target: TargetState, score: CallScore): void {
  const phase = route.phase;
  if (route.alert !== undefined) observeAlert(route.alert, target, score.signals);
  if (phase.name === 'probing' && score.purpose === 'probe') {
    observeRecovery(phase.recovery, target, score.signals);
    const hard = score.signals.error === 1 || score.signals.timeout === 1;
    phase.hardFailuresInARow = hard ? phase.hardFailuresInARow + 1 : 0;
  } else if (phase.name === 'degraded' || phase.name === 'exhausted') {
    observeRecovery(phase.recovery, target, score.signals);
    restartHopeless(phase.recovery, target);
  }
}

/** The target's state, made when it is new. At the limit a declared target takes the place of one that no version declares. */
function targetOf(state: DecideState, route: RouteState, id: string): TargetState | undefined {
  const known = route.targets[id];
  if (known !== undefined) return known;
  const ids = Object.keys(route.targets);
  if (ids.length >= MAX_TARGETS) {
    const stray = ids.find((other) => !route.appOrder.includes(other));
    if (stray === undefined || !route.appOrder.includes(id)) return undefined;
    delete route.targets[stray];
  }
  const target = newTargetState(id);
  route.targets[id] = target;
  setTests(state, route);
  return target;
}
