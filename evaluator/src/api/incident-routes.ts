import type { Hono } from 'hono';
import { z } from 'zod';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { type FoundIncident, type IncidentSources, listIncidents, summaryOf } from './incident-find.ts';
import { readIncidentFromDecisions } from './incident-from-decisions.ts';
import { incidentReport } from './incident-report.ts';
import { problem } from './problem-response.ts';

export interface IncidentParts extends IncidentSources {
  readonly store: AnalyticsStore;
  readonly project: () => string;
  readonly now: () => number;
  readonly say: (text: string) => void;
}

const stateQuery = z.enum(['open', 'resolved']).optional();
/** The largest answer of a list. */
const MOST_LISTED = 1_000;

/** Incidents: a list that needs no analytics store, and one of them with everything about it. */
export function incidentRoutes(app: Hono, parts: IncidentParts): void {
  app.get('/v1/incidents', async (context) => {
    const wanted = stateQuery.safeParse(context.req.query('state'));
    if (!wanted.success) return problem(context, 400, 'state: neither open nor resolved', 'Leave state out for all incidents.');
    const listed = (await listIncidents(parts)).filter(({ incident }) => wanted.data === undefined || incident.state === wanted.data);
    return context.json({ items: listed.slice(0, MOST_LISTED).map((one) => summaryOf(one, parts.now())), next: null });
  });
  app.get('/v1/incidents/:id', async (context) => {
    const one = await findIncident(parts, context.req.param('id'));
    return one === undefined ? problem(context, 404, 'no such incident', 'GET /v1/incidents, or `understudy incidents`, lists them.') : context.json(await incidentReport(parts.store, one, { nowMs: parts.now(), say: parts.say }));
  });
}

/** In a state; else in the record of decisions. */
async function findIncident(parts: IncidentParts, id: string): Promise<FoundIncident | undefined> {
  const kept = (await listIncidents(parts)).find(({ incident }) => incident.incidentId === id);
  if (kept !== undefined) return kept;
  const incident = await readIncidentFromDecisions(parts.store, parts.project(), id);
  if (incident === undefined) return undefined;
  const found = (await parts.states.routes()).find(({ route }) => route.project === incident.project && route.route === incident.route);
  return { incident, found };
}
