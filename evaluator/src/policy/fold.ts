import type { BaselineEvidence, CallScore, CommandEvidence, Evidence, ScoresEvidence } from '@understudy/contracts/evidence';
import { routePolicyOf } from '@understudy/contracts/policy';
import { SIGNAL_NAMES, SIGNALS } from '@understudy/contracts/signal';
import { routeKey } from '@understudy/contracts/topics';
import { createMonitor, observe, switchingNullOf } from '../detectors/signal-monitor.ts';
import { advanceRoute } from './advance-route.ts';
import { applyCommand } from './commands.ts';
import { primaryOf } from './desired-entry.ts';
import { type EvidencePosition, FoldOutput } from './fold-output.ts';
import { onPublished, onRefused } from './proposal-answers.ts';
import { reconcile } from './reconcile.ts';
import { observeRecovery } from './recovery.ts';
import { type DecideState, newRouteState, newTargetState, type RouteState, type TargetState } from './route-state.ts';
import { noteFinished } from './target-health.ts';

/** Most routes and targets kept a partition: names come from the network. */
const MAX_ROUTES = 2_000;
const MAX_TARGETS = 20;

/**
 * Folds one evidence record into the state: (state, event) → state and what is to be done. Reads no clock and no store; the same records
 * give the same state and the same decisions, bit for bit. The state is changed in place, by its one owner. `isRepeat` tells calls that were seen before.
 */
export function foldEvidence(state: DecideState, evidence: Evidence, position: EvidencePosition, isRepeat: (traceId: string, spanId: string) => boolean): FoldOutput {
  const output = new FoldOutput(position);
  if ('epoch' in evidence) {
    if (evidence.epoch < state.epoch) return output;
    state.epoch = evidence.epoch;
  }
  state.nowMs = Math.max(state.nowMs, evidence.atMs);
  for (const route of touched(state, evidence, isRepeat, output)) {
    advanceRoute(state, route, output);
    reconcile(state, route, output);
  }
  return output;
}

/** Applies the record and returns the routes that it may move. */
function touched(state: DecideState, evidence: Evidence, isRepeat: (traceId: string, spanId: string) => boolean, output: FoldOutput): Iterable<RouteState> {
  switch (evidence.kind) {
    case 'scores': return observeScores(state, evidence, isRepeat);
    case 'baseline': return setBaseline(state, evidence);
    case 'thresholds': {
      const route = state.routes[routeKey(evidence.project, evidence.route)];
      for (const stream of evidence.streams) {
        const target = route?.targets[stream.target];
        if (target !== undefined) target.thresholds[stream.signal] = stream.threshold;
      }
      return route === undefined ? [] : [route];
    }
    case 'tick': return onTick(state, output);
    case 'policy':
      state.policy = evidence.policy;
      state.policyHash = evidence.hash;
      for (const route of Object.values(state.routes)) applyPolicy(state, route);
      return Object.values(state.routes);
    case 'freeze':
      state.frozen = evidence.untilMs === undefined ? undefined : { untilMs: evidence.untilMs, reason: evidence.reason };
      return [];
    case 'published': return present(onPublished(state, evidence, output));
    case 'refused': return present(onRefused(state, evidence, output));
    case 'command': return present(applyCommand(state, evidence satisfies CommandEvidence, output));
  }
}

function present(route: RouteState | undefined): RouteState[] {
  return route === undefined ? [] : [route];
}

function observeScores(state: DecideState, evidence: ScoresEvidence, isRepeat: (traceId: string, spanId: string) => boolean): RouteState[] {
  const key = routeKey(evidence.project, evidence.route);
  let route = state.routes[key];
  if (route === undefined) {
    if (Object.keys(state.routes).length >= MAX_ROUTES) return [];
    route = newRouteState(evidence.project, evidence.route);
    state.routes[key] = route;
  }
  if (evidence.targets.length > 0 && evidence.targets.join('\n') !== route.appOrder.join('\n') && evidence.targets.length >= route.appOrder.length) route.appOrder = [...evidence.targets];
  for (const score of evidence.scores) {
    if (!isRepeat(score.traceId, score.spanId)) observeScore(state, route, score, evidence.atMs);
  }
  route.lastCallMs = evidence.atMs;
  return [route];
}

function observeScore(state: DecideState, route: RouteState, score: CallScore, atMs: number): void {
  const target = targetOf(state, route, score.target);
  if (target === undefined) return;
  noteFinished(target, atMs);
  target.calls += 1;
  for (const signal of SIGNAL_NAMES) {
    const value = score.signals[signal];
    const monitor = target.monitors[signal];
    if (value !== undefined && monitor !== undefined) observe(monitor, value);
  }
  if (score.purpose !== 'shadow') observePhase(state, route, target, score);
}

function observePhase(state: DecideState, route: RouteState, target: TargetState, score: CallScore): void {
  if (target.id !== primaryOf(routePolicyOf(state.policy, route.route), route)) return;
  const phase = route.phase;
  if (route.incident?.action === 'alert') observeRecovery(route.alertRecovery, target, score.signals);
  if (phase.name === 'probing' && score.purpose === 'probe') observeRecovery(phase.recovery, target, score.signals);
  else if (phase.name === 'degraded' || phase.name === 'exhausted') observeRecovery(phase.recovery, target, score.signals);
}

function targetOf(state: DecideState, route: RouteState, id: string): TargetState | undefined {
  const known = route.targets[id];
  if (known !== undefined || Object.keys(route.targets).length >= MAX_TARGETS) return known;
  const target = newTargetState(id);
  route.targets[id] = target;
  applyPolicy(state, route);
  return target;
}

function setBaseline(state: DecideState, evidence: BaselineEvidence): RouteState[] {
  const route = state.routes[routeKey(evidence.project, evidence.route)];
  const target = route?.targets[evidence.target];
  if (route === undefined || target === undefined) return [];
  const policy = routePolicyOf(state.policy, route.route);
  target.hasBaseline = true;
  for (const signal of SIGNAL_NAMES) {
    const statistics = evidence.signals[signal];
    if (statistics === undefined || policy.signals[signal]?.action === 'off') continue;
    target.monitors[signal] = createMonitor(signal, statistics, policy.signals[signal] ?? {});
  }
  applyPolicy(state, route);
  return [route];
}

/** Protects what has no baseline yet: by `max:` of the policy, and fallbacks by the primary's switching null (rates only). */
function applyPolicy(state: DecideState, route: RouteState): void {
  const policy = routePolicyOf(state.policy, route.route);
  const primary = route.targets[primaryOf(policy, route) ?? ''];
  for (const target of Object.values(route.targets)) {
    for (const signal of SIGNAL_NAMES) {
      if (policy.signals[signal]?.action === 'off') delete target.monitors[signal];
      else if (target.monitors[signal] === undefined && SIGNALS[signal].kind === 'rate') protect(target, signal, policy.signals[signal]?.max ?? inheritedNull(primary, target, signal));
    }
  }
}

function inheritedNull(primary: TargetState | undefined, target: TargetState, signal: (typeof SIGNAL_NAMES)[number]): number | undefined {
  const monitor = primary === target ? undefined : primary?.monitors[signal];
  return monitor === undefined ? undefined : switchingNullOf(monitor);
}

function protect(target: TargetState, signal: (typeof SIGNAL_NAMES)[number], max: number | undefined): void {
  if (max !== undefined) target.monitors[signal] = createMonitor(signal, undefined, { max });
}

function onTick(state: DecideState, output: FoldOutput): RouteState[] {
  const routes = Object.values(state.routes);
  if (state.frozen?.untilMs !== undefined && state.frozen.untilMs <= state.nowMs) state.frozen = undefined;
  for (const route of routes) {
    if (route.pin !== undefined && route.pin.untilMs <= state.nowMs) {
      const target = route.pin.target;
      route.pin = undefined;
      output.decide(route, route.phase.name, 'pin-expired', `the pin on ${target} has run out`, state.nowMs, { target });
    }
    if (route.cycles > 0 && route.phase.name === 'healthy' && state.nowMs - route.cyclesAtMs >= 3_600_000) {
      route.cycles -= 1;
      route.cyclesAtMs = state.nowMs;
    }
  }
  return routes;
}
