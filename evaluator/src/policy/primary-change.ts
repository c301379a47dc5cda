import { routePolicyOf } from '@understudy/contracts/policy';
import { settleOrder } from './app-order.ts';
import { fallbacksOf, primaryOf } from './desired-entry.ts';
import type { FoldOutput } from './fold-output.ts';
import { resolveIncident } from './incidents.ts';
import { startRecovery } from './recovery.ts';
import type { DecideState, RouteState } from './route-state.ts';
import { setTests } from './target-tests.ts';

/**
 * Brings the route in line with what application and policy declare now: another primary begins its life anew, and nothing is published that names a target which
 * the application has not declared (that would make it reject the whole snapshot).
 */
export function changePrimary(state: DecideState, route: RouteState, output: FoldOutput): void {
  const policy = routePolicyOf(state.policy, route.route);
  settleOrder(route, policy, undefined);
  const primary = primaryOf(policy, route);
  if (primary !== route.primary) {
    const before = route.primary;
    const from = route.phase.name;
    route.primary = primary;
    route.phase = { name: 'unknown' };
    if (before !== undefined) output.decide(route, from, 'policy-changed', `the primary is now ${primary ?? 'none'}, not ${before}`, state.nowMs, { target: primary });
    resolveIncident(route, state.nowMs, output);
    setTests(state, route);
    output.touch(route);
  }
  if (route.pin !== undefined && !route.appOrder.includes(route.pin.target)) {
    const { target } = route.pin;
    route.pin = undefined;
    output.decide(route, route.phase.name, 'pin-expired', `the application does not declare ${target} any more: the pin is gone`, state.nowMs, { target });
  }
  const phase = route.phase;
  if (phase.name === 'inconclusive') {
    if (phase.fallback !== undefined && !fallbacksOf(policy, route).includes(phase.fallback)) phase.fallback = undefined;
    return;
  }
  if ('fallback' in phase && !fallbacksOf(policy, route).includes(phase.fallback)) {
    const { fallback, signals } = phase;
    const target = route.primary === undefined ? undefined : route.targets[route.primary];
    route.phase = { name: 'exhausted', sinceMs: state.nowMs, signals, recovery: startRecovery(target, signals), notBeforeMs: state.nowMs };
    output.decide(route, phase.name, 'fallback-degraded', `${fallback} is not a declared fallback any more`, state.nowMs, { target: fallback });
  }
}
