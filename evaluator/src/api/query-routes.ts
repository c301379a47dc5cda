import type { Hono } from 'hono';
import { z } from 'zod';
import { SIGNAL_NAMES } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { problem } from './problem-response.ts';
import type { DecideStates } from '../roles/follow-decide-states.ts';
import { routeView } from './route-view.ts';

const PAGE = 200;
/** Points of a chart. */
const BUCKETS = 120;

const seriesQuery = z.object({
  route: z.string().min(1).max(200), signal: z.enum([...SIGNAL_NAMES, 'duration_ms'] as const),
  from: z.coerce.number().int().min(0).optional(), to: z.coerce.number().int().min(0).optional(),
});

/** What can be read: live state from decide's committed states, history from the analytics store. */
export function queryRoutes(app: Hono, states: DecideStates, store: AnalyticsStore, now: () => number): void {
  app.get('/v1/routes', async (context) => context.json({ items: (await states.routes()).map(({ state, route }) => routeView(state.policy, route, state.nowMs)), next: null }));
  app.get('/v1/routes/:route', async (context) => {
    const found = (await states.routes()).find(({ route }) => route.route === context.req.param('route'));
    return found === undefined ? problem(context, 404, `no calls of a route ${context.req.param('route')} have arrived`, 'GET /v1/routes lists the routes.') : context.json(routeView(found.state.policy, found.route, found.state.nowMs));
  });
  app.get('/v1/incidents', async (context) => {
    const wanted = context.req.query('state');
    const incidents = await readIncidents(states);
    return context.json({ items: incidents.filter((incident) => wanted === undefined || incident.state === wanted), next: null });
  });
  app.get('/v1/incidents/:id', async (context) => {
    const incident = (await readIncidents(states)).find(({ incidentId }) => incidentId === context.req.param('id'));
    return incident === undefined ? problem(context, 404, 'no such incident', 'GET /v1/incidents lists the incidents.') : context.json(incident);
  });
  app.get('/v1/decisions', async (context) => {
    const { route, after } = context.req.query();
    const items = await store.query(`SELECT * FROM decisions FINAL WHERE (route = {route:String} OR {route:String} = '') AND at > fromUnixTimestamp64Milli({after:Int64}) ORDER BY at, evidence_offset, decision_id LIMIT ${PAGE}`, { route: route ?? '', after: wholeNumber(after) });
    return context.json({ items, next: nextAfter(items as { at: string }[], 'at') });
  });
  app.get('/v1/calls', async (context) => {
    const { route, target, after } = context.req.query();
    const items = await store.query(
      `SELECT * FROM calls FINAL WHERE (route = {route:String} OR {route:String} = '') AND (target = {target:String} OR {target:String} = '') AND received_at > fromUnixTimestamp64Milli({after:Int64}) ORDER BY received_at, trace_id, span_id LIMIT ${PAGE}`,
      { route: route ?? '', target: target ?? '', after: wholeNumber(after) },
    );
    return context.json({ items, next: nextAfter(items as { received_at: string }[], 'received_at') });
  });
  app.get('/v1/series', async (context) => {
    const query = seriesQuery.safeParse(context.req.query());
    if (!query.success) return problem(context, 400, query.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '), `Give route and signal (one of ${SIGNAL_NAMES.join(', ')}), and from and to in ms since 1970.`);
    const to = query.data.to ?? now();
    return context.json({ items: await readSeries(store, query.data.route, query.data.signal, query.data.from ?? to - 3_600_000, to), next: null });
  });
}

async function readIncidents(states: DecideStates) {
  const incidents = (await states.routes()).flatMap(({ route }) => [...(route.incident === undefined ? [] : [route.incident]), ...route.resolved]);
  return incidents.sort((one, other) => other.openedAtMs - one.openedAtMs);
}

/** Per target and bucket of the range / 120, at least a second. `signal` is one of an enumeration and so may stand in the text of the query. */
function readSeries(store: AnalyticsStore, route: string, signal: string, from: number, to: number): Promise<unknown[]> {
  const bucketMs = Math.max(1_000, Math.ceil((to - from) / BUCKETS));
  return store.query(
    `SELECT target, intDiv(toUnixTimestamp64Milli(received_at) - {from:Int64}, {bucket:Int64}) * {bucket:Int64} + {from:Int64} AS bucketStartMs,
       count(${signal}) AS count, avg(${signal}) AS mean, quantile(0.5)(${signal}) AS p50, quantile(0.95)(${signal}) AS p95
     FROM calls FINAL WHERE route = {route:String} AND received_at >= fromUnixTimestamp64Milli({from:Int64}) AND received_at < fromUnixTimestamp64Milli({to:Int64}) AND ${signal} IS NOT NULL
     GROUP BY target, bucketStartMs ORDER BY bucketStartMs, target`,
    { route, from, to, bucket: bucketMs },
  );
}

function wholeNumber(text: string | undefined): number {
  const value = Number(text ?? 0);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** The `after` of the next page: the time of the last row, when there may be more. */
function nextAfter<Row extends Record<string, string>>(rows: readonly Row[], column: keyof Row): number | null {
  const last = rows.at(-1)?.[column];
  return rows.length < PAGE || last === undefined ? null : Date.parse(`${last.replace(' ', 'T')}Z`);
}
