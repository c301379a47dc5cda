import type { Incident } from '@understudy/contracts/incident';
import type { FallbackReport } from '@understudy/contracts/incident-report';
import { routePolicyOf } from '@understudy/contracts/policy';
import { monitorBaselineRate, observedRate } from '../detectors/signal-monitor.ts';
import { fallbacksOf } from '../policy/desired-entry.ts';
import type { RouteState } from '../policy/route-state.ts';
import { finishedRecently, healthOf, verdictsOf } from '../policy/target-health.ts';
import type { RouteInState } from '../roles/follow-decide-states.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { OF_TARGET, parametersOf, SETTINGS, STARTED, type Stretch } from './incident-calls.ts';

/** The one that took over; else the one that is to, else the first in order. */
export function fallbackTarget(incident: Incident, { state, route }: RouteInState): string | undefined {
  const phase = route.phase;
  const inPhase = 'fallback' in phase ? phase.fallback : undefined;
  return incident.fallback ?? inPhase ?? fallbacksOf(routePolicyOf(state.policy, route.route), route).find((id) => id !== incident.target);
}

/** What is known of the fallback without the analytics store. */
export function fallbackView(target: string, { state, route }: RouteInState): FallbackReport {
  const policy = routePolicyOf(state.policy, route.route);
  const known = route.targets[target];
  const health = healthOf(policy, known, state.nowMs);
  const troubles = known === undefined ? [] : verdictsOf(policy, known).filter(({ verdict }) => verdict !== 'stable' && verdict !== 'off').map(({ signal, verdict }) => {
    const monitor = known.monitors[signal];
    return { signal, verdict, ...(monitor === undefined ? {} : { baseline: monitorBaselineRate(monitor), observed: observedRate(monitor) }) };
  });
  return { target, health, proved: health === 'healthy', finishedLast15Min: finishedRecently(known, state.nowMs), percent: percentOf(route, target), troubles };
}

/** Share of the route's requests that the published entry sends to a target; without one, the application's own order. */
export function percentOf(route: RouteState, target: string): number {
  const entry = route.proposal?.answer === 'published' ? route.proposal.entry : undefined;
  if (entry === undefined) return route.appOrder[0] === target ? 100 : 0;
  return entry.targets.filter(({ id }) => id === target).reduce((sum, { percent }) => sum + percent, 0);
}

/** Requests of users that the fallback has answered, and since when it does because of an override. */
export async function readServed(store: AnalyticsStore, stretch: Stretch): Promise<NonNullable<FallbackReport['served']>> {
  const row = (await store.query<{ calls: string; failed: string; overridden: string; sinceMs: string }>(
    `SELECT count() AS calls, countIf(error = 1) AS failed, countIf(reason = 'override') AS overridden, toUnixTimestamp64Milli(minIf(received_at, reason = 'override')) AS sinceMs
     FROM calls FINAL WHERE ${OF_TARGET} AND ${STARTED} AND purpose = 'serve' ${SETTINGS}`, parametersOf(stretch),
  ))[0];
  return { calls: Number(row?.calls ?? 0), failed: Number(row?.failed ?? 0), ...(Number(row?.overridden ?? 0) === 0 ? {} : { sinceMs: Number(row?.sinceMs) }) };
}
