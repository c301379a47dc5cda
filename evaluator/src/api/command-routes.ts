import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { CommandEvidence } from '@understudy/contracts/evidence';
import { partitionOf, routeKey, TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { canBeReleased, hasOpenProposal } from '../policy/commands.ts';
import type { RouteState } from '../policy/route-state.ts';
import { findRoute } from './find-route.ts';
import { problem } from './problem-response.ts';
import type { DecideStates } from '../roles/follow-decide-states.ts';

const WEEK_SECONDS = 7 * 86_400;
/** Ending what a person has ordered needs none. */
const NO_REASON = 'no reason given';
const reason = z.string().min(1).max(300);
const forSeconds = z.int().min(1).max(WEEK_SECONDS);
const pinBody = z.strictObject({ target: z.string().min(1).max(200), forSeconds, reason });
const freezeBody = z.strictObject({ forSeconds, reason });
const applyBody = z.strictObject({ incidentId: z.string().min(1).max(100), reason });

/** Operators' commands. They become evidence: whoever decides sees them in the one order, and a replay sees them too. */
export function commandRoutes(app: Hono, log: EventLog, states: DecideStates, project: () => string, now: () => number): void {
  /** Decide's time never runs backwards: after a wrong clock was put right it is ahead, and what ends by the wall clock would be over at once. */
  async function endAfter(seconds: number): Promise<number> {
    return Math.max(now(), ...(await states.read()).map((state) => state.nowMs)) + seconds * 1000;
  }

  async function send(context: Context, route: string | undefined, why: string, command: CommandEvidence['command']): Promise<Response> {
    const commandId = randomUUID();
    const evidence: CommandEvidence = { kind: 'command', v: 1, atMs: now(), project: project(), ...(route === undefined ? {} : { route }), commandId, actor: 'operator', reason: why, command };
    const partition = partitionOf(routeKey(project(), route ?? ''), log.partitionCount(TOPICS.evidence.name));
    const outcome = await log.append([{ topic: TOPICS.evidence.name, partition, value: Buffer.from(JSON.stringify(evidence)) }]);
    if (outcome.kind === 'full') return problem(context, 503, `the command was not taken: ${outcome.reason}`, 'Free disk space, then send it again.');
    return context.json({ commandId, accepted: true }, 202);
  }

  async function withBody<Body>(context: Context, schema: z.ZodType<Body>, then: (body: Body) => Promise<Response>): Promise<Response> {
    const body = schema.safeParse(await context.req.json().catch(() => undefined));
    if (!body.success) return problem(context, 400, body.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '), 'Correct the body; reasons are at most 300 characters, times at most 7 days.');
    return then(body.data);
  }

  async function knownRoute(context: Context, then: (route: RouteState) => Promise<Response>): Promise<Response> {
    const name = context.req.param('route') ?? '';
    const found = await findRoute(states, project(), name);
    return found === undefined ? problem(context, 404, `no calls of a route ${name} have arrived`, 'GET /v1/routes, or `understudy status`, lists the routes.') : then(found.route);
  }

  // What decide would reject is refused here already, by the state that it has committed; the last word is decide's.
  app.post('/v1/routes/:route/pin', (context) => knownRoute(context, ({ route, appOrder }) => withBody(context, pinBody, async (body) => {
    if (!appOrder.includes(body.target)) return problem(context, 409, `the application has not declared ${body.target} for ${route}`, `Use one of ${appOrder.join(', ')}.`);
    return send(context, route, body.reason, { name: 'pin', target: body.target, untilMs: await endAfter(body.forSeconds) });
  })));
  app.delete('/v1/routes/:route/pin', (context) => knownRoute(context, async (state) => {
    if (!canBeReleased(state)) return problem(context, 409, `nothing is pinned on ${state.route}`, 'GET /v1/routes, or `understudy status`, shows the pins. To leave an override, pin the target that is to serve.');
    return send(context, state.route, NO_REASON, { name: 'release' });
  }));
  app.post('/v1/freeze', (context) => withBody(context, freezeBody, async (body) => send(context, undefined, body.reason, { name: 'freeze', untilMs: await endAfter(body.forSeconds) })));
  app.delete('/v1/freeze', (context) => send(context, undefined, NO_REASON, { name: 'unfreeze' }));
  app.post('/v1/routes/:route/apply', (context) => knownRoute(context, (state) => withBody(context, applyBody, async (body) => {
    if (!hasOpenProposal(state, body.incidentId)) return problem(context, 409, `the incident ${body.incidentId} has no open proposal on ${state.route}`, 'GET /v1/incidents?state=open, or `understudy incidents ID`, shows what is proposed.');
    return send(context, state.route, body.reason, { name: 'apply', incidentId: body.incidentId });
  })));
}
