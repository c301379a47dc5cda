import type { Incident } from '@understudy/contracts/incident';
import type { IncidentSummary } from '@understudy/contracts/incident-report';
import { signalDefinition } from '@understudy/contracts/signal';
import type { AlertLedger, Silence } from '../alerts/alert-state.ts';
import type { DecideStates, RouteInState } from '../roles/follow-decide-states.ts';
import { percentOf } from './incident-fallback.ts';

export interface IncidentSources {
  readonly states: DecideStates;
  /** Of the leader, who holds the incidents that no route has. */
  readonly alerts?: { readonly ledger: { read(): Promise<AlertLedger> } };
}

export interface FoundIncident {
  readonly incident: Incident;
  /** Undefined: of no route. */
  readonly found: RouteInState | undefined;
  /** Of an incident of a provider. */
  readonly routes?: readonly string[];
  /** What the leader knows of who is told; undefined where nobody is. */
  readonly silences?: readonly Silence[];
}

/** Every incident that is kept in a state, newest first. */
export async function listIncidents({ states, alerts }: IncidentSources): Promise<FoundIncident[]> {
  const ledger = await alerts?.ledger.read();
  const ofRoutes = (await states.routes()).flatMap((found) => [...(found.route.incident === undefined ? [] : [found.route.incident]), ...found.route.resolved].map((incident): FoundIncident => ({ incident, found })));
  const ofLeader = (ledger?.held ?? []).map(({ incident, routes }): FoundIncident => ({ incident, found: undefined, ...(routes.length === 0 ? {} : { routes }) }));
  return [...ofRoutes, ...ofLeader].map((one) => (ledger === undefined ? one : { ...one, silences: ledger.silences })).sort((one, other) => other.incident.openedAtMs - one.incident.openedAtMs);
}

export function summaryOf(one: FoundIncident, nowMs: number): IncidentSummary {
  const { incident, found, routes } = one;
  const { family, unit } = signalDefinition(incident.signal);
  const silencedUntilMs = silencedUntil(one, nowMs);
  return {
    ...incident, family, unit, ...(found === undefined ? {} : { routeState: found.route.phase.name, onTargetPercent: percentOf(found.route, incident.target) }),
    ...(routes === undefined ? {} : { routes: [...routes] }), ...(silencedUntilMs === undefined ? {} : { silencedUntilMs }),
  };
}

/** The end of the longest silence that covers it. */
export function silencedUntil({ incident, silences = [] }: FoundIncident, nowMs: number): number | undefined {
  const ends = silences.filter(({ route, untilMs }) => untilMs > nowMs && (route === undefined || route === incident.route)).map(({ untilMs }) => untilMs);
  return ends.length === 0 ? undefined : Math.max(...ends);
}
