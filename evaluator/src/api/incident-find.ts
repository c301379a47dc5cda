import type { Incident } from '@understudy/contracts/incident';
import type { IncidentSummary } from '@understudy/contracts/incident-report';
import { signalDefinition } from '@understudy/contracts/signal';
import { type AlertLedger, leaderIncidents } from '../alerts/alert-state.ts';
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
}

/** Every incident that is kept in a state, newest first. */
export async function listIncidents({ states, alerts }: IncidentSources): Promise<FoundIncident[]> {
  const ofRoutes = (await states.routes()).flatMap((found) => [...(found.route.incident === undefined ? [] : [found.route.incident]), ...found.route.resolved].map((incident) => ({ incident, found })));
  const ofLeader = alerts === undefined ? [] : leaderIncidents(await alerts.ledger.read()).map((incident) => ({ incident, found: undefined }));
  return [...ofRoutes, ...ofLeader].sort((one, other) => other.incident.openedAtMs - one.incident.openedAtMs);
}

export function summaryOf({ incident, found }: FoundIncident): IncidentSummary {
  const { family, unit } = signalDefinition(incident.signal);
  return { ...incident, family, unit, ...(found === undefined ? {} : { routeState: found.route.phase.name, onTargetPercent: percentOf(found.route, incident.target) }) };
}
