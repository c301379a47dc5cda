import type { Hono } from 'hono';
import { z } from 'zod';
import { canBeReleased, hasOpenProposal } from '../policy/commands.ts';
import { problem } from './problem-response.ts';
import type { CommandSender } from './send-command.ts';

const WEEK_SECONDS = 7 * 86_400;
/** Ending what a person has ordered needs none. */
export const NO_REASON = 'no reason given';
export const reasonSchema = z.string().min(1).max(300);
export const forSecondsSchema = z.int().min(1).max(WEEK_SECONDS);
const pinBody = z.strictObject({ target: z.string().min(1).max(200), forSeconds: forSecondsSchema, reason: reasonSchema });
const freezeBody = z.strictObject({ forSeconds: forSecondsSchema, reason: reasonSchema });
const applyBody = z.strictObject({ incidentId: z.string().min(1).max(100), reason: reasonSchema });

/** Operators' commands. They become evidence: whoever decides sees them in the one order, and a replay sees them too. */
export function commandRoutes(app: Hono, sender: CommandSender): void {
  // What decide would reject is refused here already, by the state that it has committed; the last word is decide's.
  app.post('/v1/routes/:route/pin', (context) => sender.knownRoute(context, context.req.param('route'), ({ route, appOrder }) => sender.withBody(context, pinBody, async (body) => {
    if (!appOrder.includes(body.target)) return problem(context, 409, `the application has not declared ${body.target} for ${route}`, `Use one of ${appOrder.join(', ')}.`);
    return sender.send(context, route, body.reason, { name: 'pin', target: body.target, untilMs: await sender.endAfter(body.forSeconds) });
  })));
  app.delete('/v1/routes/:route/pin', (context) => sender.knownRoute(context, context.req.param('route'), async (state) => {
    if (!canBeReleased(state)) return problem(context, 409, `nothing is pinned on ${state.route}`, 'GET /v1/routes, or `understudy status`, shows the pins. To leave an override, pin the target that is to serve.');
    return sender.send(context, state.route, NO_REASON, { name: 'release' });
  }));
  app.post('/v1/freeze', (context) => sender.withBody(context, freezeBody, async (body) => sender.send(context, undefined, body.reason, { name: 'freeze', untilMs: await sender.endAfter(body.forSeconds) })));
  app.delete('/v1/freeze', (context) => sender.send(context, undefined, NO_REASON, { name: 'unfreeze' }));
  app.post('/v1/routes/:route/apply', (context) => sender.knownRoute(context, context.req.param('route'), (state) => sender.withBody(context, applyBody, async (body) => {
    if (!hasOpenProposal(state, body.incidentId)) return problem(context, 409, `the incident ${body.incidentId} has no open proposal on ${state.route}`, 'GET /v1/incidents?state=open, or `understudy incidents ID`, shows what is proposed.');
    return sender.send(context, state.route, body.reason, { name: 'apply', incidentId: body.incidentId });
  })));
}
