import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { type CustomSignal, isCustomSignal, SIGNAL_NAMES } from '@understudy/contracts/signal';
import type { DecideStates } from '../roles/follow-decide-states.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { findRoute } from './find-route.ts';
import { type IncidentParts, incidentRoutes } from './incident-routes.ts';
import { type Cursor, nextPage, PAGE_ROWS, parseCursor } from './paging.ts';
import { problem } from './problem-response.ts';
import { CALL_NUMBERS, readSeries } from './read-series.ts';
import { routeView } from './route-view.ts';

export type QueryParts = IncidentParts;

/** The year 2286: what a text of 13 digits can say. */
const time = z.coerce.number().int().min(0).max(9_999_999_999_999);
const seriesSignal = z.enum([...SIGNAL_NAMES, ...CALL_NUMBERS]).or(z.custom<CustomSignal>((name) => typeof name === 'string' && isCustomSignal(name)));
const seriesQuery = z.object({ route: z.string().min(1).max(200), signal: seriesSignal, from: time.optional(), to: time.optional() });

/** What can be read: live state from decide's committed states, history from the analytics store. */
export function queryRoutes(app: Hono, parts: QueryParts): void {
  stateRoutes(app, parts);
  incidentRoutes(app, parts);
  historyRoutes(app, parts);
}

function stateRoutes(app: Hono, { states, project }: QueryParts): void {
  app.get('/v1/routes', async (context) => context.json({ items: (await states.routes()).map(viewOf), next: null }));
  app.get('/v1/routes/:route', async (context) => {
    const found = await findRoute(states, project(), context.req.param('route'));
    return found === undefined ? problem(context, 404, `no calls of a route ${context.req.param('route')} have arrived`, 'GET /v1/routes, or `understudy status`, lists the routes.') : context.json(viewOf(found));
  });
}

function viewOf({ state, route }: Awaited<ReturnType<DecideStates['routes']>>[number]) {
  return { ...routeView(state.policy, route, state.nowMs), frozen: state.frozen };
}

/** Of the project that is served. */
function historyRoutes(app: Hono, { store, project, now }: QueryParts): void {
  app.get('/v1/decisions', async (context) => {
    const cursor = parseCursor(context.req.query('after'), 2);
    if (cursor === undefined) return badCursor(context);
    const items = await readDecisions(store, project(), context.req.query('route') ?? '', cursor);
    return context.json({ items, next: nextPage(items, (row) => [row.at, row.evidence_offset, row.decision_id]) });
  });
  app.get('/v1/calls', async (context) => {
    const cursor = parseCursor(context.req.query('after'), 2);
    if (cursor === undefined) return badCursor(context);
    const items = await readCalls(store, { project: project(), route: context.req.query('route') ?? '', target: context.req.query('target') ?? '' }, cursor);
    return context.json({ items, next: nextPage(items, (row) => [row.received_at, row.trace_id, row.span_id]) });
  });
  app.get('/v1/series', async (context) => {
    const query = seriesQuery.safeParse(context.req.query());
    if (!query.success) return problem(context, 400, query.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '), `Give route and signal (one of ${[...SIGNAL_NAMES, ...CALL_NUMBERS].join(', ')}, or custom.NAME), and from and to in ms since 1970.`);
    const { route, signal, to = now(), from = Math.max(0, to - 3_600_000) } = query.data;
    if (from >= to) return problem(context, 400, `from: ${from} is not before ${to}`, 'Give from and to in ms since 1970, from before to.');
    return context.json({ items: await readSeries(store, { project: project(), route, signal, from, to }), next: null });
  });
}

function badCursor(context: Context): Response {
  return problem(context, 400, 'after: neither a time nor the next of a page', 'Give a time in ms since 1970, or what the page before had as its next.');
}

/** An empty name is any. Calls of one request have one receive time: the ids tell where a page ended. */
function readCalls(store: AnalyticsStore, names: { readonly project: string; readonly route: string; readonly target: string }, { ms, keys: [trace = '', span = ''] }: Cursor) {
  return store.query<{ received_at: string; trace_id: string; span_id: string }>(
    `SELECT * FROM calls FINAL
     WHERE project = {project:String} AND (route = {route:String} OR {route:String} = '') AND (target = {target:String} OR {target:String} = '')
       AND (received_at > fromUnixTimestamp64Milli({ms:Int64}) OR ({trace:String} != '' AND received_at = fromUnixTimestamp64Milli({ms:Int64}) AND (trace_id, span_id) > ({trace:String}, {span:String})))
     ORDER BY received_at, trace_id, span_id LIMIT ${PAGE_ROWS}`,
    { ...names, ms, trace, span },
  );
}

function readDecisions(store: AnalyticsStore, project: string, route: string, { ms, keys: [offset = '', id = ''] }: Cursor) {
  return store.query<{ at: string; evidence_offset: string; decision_id: string }>(
    `SELECT * FROM decisions FINAL
     WHERE project = {project:String} AND (route = {route:String} OR {route:String} = '')
       AND (at > fromUnixTimestamp64Milli({ms:Int64}) OR ({id:String} != '' AND at = fromUnixTimestamp64Milli({ms:Int64}) AND (evidence_offset, decision_id) > ({offset:UInt64}, {id:String})))
     ORDER BY at, evidence_offset, decision_id LIMIT ${PAGE_ROWS}`,
    { project, route, ms, id, offset: Number.isSafeInteger(Number(offset)) ? Number(offset) : 0 },
  );
}
