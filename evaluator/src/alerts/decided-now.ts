import type { Incident } from '@understudy/contracts/incident';
import { routePolicyOf } from '@understudy/contracts/policy';
import { primaryOf } from '../policy/desired-entry.ts';
import { isDoubtful } from '../policy/hostile-texts.ts';
import type { DecideState, RouteState } from '../policy/route-state.ts';
import { LEAST_THRESHOLD } from '../policy/target-health.ts';
import { type DecidedNow, providerOf } from './leader-incidents.ts';
import type { HostileRoute } from './security-incidents.ts';

/** A route without calls for so long has no say in what a provider's routes have in common. */
const ACTIVE_MS = 15 * 60_000;
/** A leader that comes later than this no longer finds the end of an incident, and takes it for forgotten. */
const RESOLVED_MS = 24 * 3_600_000;

/** What alerts need of decide's committed states: of the project that is served, nobody is told of others. */
export function decidedNow(states: readonly DecideState[], project: string): DecidedNow {
  const routes = states.flatMap((state) => Object.values(state.routes).filter((route) => route.project === project).map((route) => ({ state, route })));
  const active = routes.filter(({ state, route }) => state.nowMs - route.lastCallMs < ACTIVE_MS);
  return {
    incidents: routes.flatMap(({ state, route }) => [...route.resolved.filter(({ resolvedAtMs }) => state.nowMs - (resolvedAtMs ?? 0) < RESOLVED_MS), ...(route.incident === undefined ? [] : [route.incident])].map(withKind)),
    providers: new Map(active.map(({ state, route }) => [route.route, providerOf(primaryOf(routePolicyOf(state.policy, route.route), route) ?? '')])),
    hostile: routes.flatMap(({ route }) => hostileOf(route) ?? []),
    // Every partition is told the same; the one that is ahead knows it first.
    judge: states.filter((state) => state.judge !== undefined).sort((a, b) => b.nowMs - a.nowMs)[0]?.judge,
  };
}

function hostileOf({ route, primary, hostile }: RouteState): HostileRoute | undefined {
  if (hostile?.sinceMs === undefined) return undefined;
  return { route, target: primary ?? '', sinceMs: hostile.sinceMs, statistic: hostile.alerting.statistic, threshold: LEAST_THRESHOLD, isDoubtful: isDoubtful(hostile) };
}

/** Stored by a version without kinds, it is of a route. */
function withKind(incident: Incident): Incident {
  return incident.kind === undefined ? { ...(incident as Incident), kind: 'route' } : incident;
}
