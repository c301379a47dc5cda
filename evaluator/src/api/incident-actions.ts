import type { Incident } from '@understudy/contracts/incident';
import type { IncidentAction } from '@understudy/contracts/incident-report';
import { routePolicyOf } from '@understudy/contracts/policy';
import { canBeReleased, hasOpenProposal } from '../policy/commands.ts';
import type { RouteInState } from '../roles/follow-decide-states.ts';
import { type FoundIncident, silencedUntil } from './incident-find.ts';

const TWO_HOURS = 7_200;
const AN_HOUR = 3_600;
/** To be replaced by who sends it. */
const REASON = 'TEXT';

/** What a person can do about an incident now; nothing about one that is over. */
export function actionsOf(one: FoundIncident, fallback: string | undefined, nowMs: number): IncidentAction[] {
  const { incident, found } = one;
  if (incident.state === 'resolved') return [];
  return [...(found === undefined ? [] : onRoute(incident, fallback, found)), found?.state.frozen === undefined ? freeze() : unfreeze(), ...aboutAlerts(one, nowMs)];
}

function aboutAlerts(one: FoundIncident, nowMs: number): IncidentAction[] {
  if (one.silences === undefined) return [];
  const route = one.incident.route === '' ? undefined : one.incident.route;
  const own = one.silences.some((silence) => silence.untilMs > nowMs && silence.route === route);
  if (own) return [unsilence(route)];
  return silencedUntil(one, nowMs) === undefined ? [silence(route)] : [unsilence(undefined)];
}

function onRoute(incident: Incident, fallback: string | undefined, { state, route }: RouteInState): IncidentAction[] {
  const actions: IncidentAction[] = [];
  if (hasOpenProposal(route, incident.incidentId) && routePolicyOf(state.policy, route.route).mode !== 'observe') actions.push(apply(incident));
  if (fallback !== undefined && route.pin?.target !== fallback && route.appOrder.includes(fallback)) actions.push(pin('pin-fallback', route.route, fallback, `let ${fallback} serve for 2 hours, whatever the statistics say`));
  if (route.pin?.target !== incident.target && route.appOrder.includes(incident.target)) actions.push(pin('pin-primary', route.route, incident.target, `let ${incident.target} serve for 2 hours: it is not its fault`));
  if (canBeReleased(route)) actions.push(release(route.route, route.pin !== undefined));
  return actions;
}

function apply({ incidentId, route, suggestion }: Incident): IncidentAction {
  return {
    name: 'apply', text: suggestion === undefined ? 'do what is proposed' : `do what is proposed: ${suggestion}`, command: `npx understudy override apply ${word(route)} ${word(incidentId)} --reason ${REASON}`,
    request: { method: 'POST', path: `${pathOf(route)}/apply`, body: { incidentId, reason: REASON } },
  };
}

function pin(name: 'pin-fallback' | 'pin-primary', route: string, target: string, text: string): IncidentAction {
  return { name, text, command: `npx understudy override pin ${word(route)} ${word(target)} --for 2h --reason ${REASON}`, request: { method: 'POST', path: `${pathOf(route)}/pin`, body: { target, forSeconds: TWO_HOURS, reason: REASON } } };
}

function release(route: string, isPinned: boolean): IncidentAction {
  return { name: 'release', text: isPinned ? 'end the pin' : 'let it probe again: it has switched too often', command: `npx understudy override release ${word(route)}`, request: { method: 'DELETE', path: `${pathOf(route)}/pin` } };
}

function freeze(): IncidentAction {
  return { name: 'freeze', text: 'no new failover on any route for an hour', command: `npx understudy override freeze --for 1h --reason ${REASON}`, request: { method: 'POST', path: '/v1/freeze', body: { forSeconds: AN_HOUR, reason: REASON } } };
}

function unfreeze(): IncidentAction {
  return { name: 'unfreeze', text: 'allow failovers again', command: 'npx understudy override unfreeze', request: { method: 'DELETE', path: '/v1/freeze' } };
}

function silence(route: string | undefined): IncidentAction {
  return {
    name: 'silence', text: `no alerts about ${route ?? 'anything'} for 2 hours`, command: `npx understudy alert silence ${route === undefined ? '' : `${word(route)} `}--for 2h --reason ${REASON}`,
    request: { method: 'POST', path: '/v1/silences', body: { ...(route === undefined ? {} : { route }), forSeconds: TWO_HOURS, reason: REASON } },
  };
}

function unsilence(route: string | undefined): IncidentAction {
  return {
    name: 'unsilence', text: route === undefined ? 'alerts again, about everything' : `alerts about ${route} again`, command: `npx understudy alert unsilence${route === undefined ? '' : ` ${word(route)}`}`,
    request: { method: 'DELETE', path: '/v1/silences', body: route === undefined ? {} : { route } },
  };
}

function pathOf(route: string): string {
  return `/v1/routes/${encodeURIComponent(route)}`;
}

/** A name of the network as one word of a shell: it is copied into one. */
function word(name: string): string {
  return /^[A-Za-z0-9._/:@-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
