import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { CommandEvidence } from '@understudy/contracts/evidence';
import { partitionOf, routeKey, TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import type { RouteState } from '../policy/route-state.ts';
import type { DecideStates } from '../roles/follow-decide-states.ts';
import { findRoute } from './find-route.ts';
import { problem } from './problem-response.ts';

export interface CommandParts {
  readonly log: EventLog;
  readonly states: DecideStates;
  readonly project: () => string;
  readonly now: () => number;
}

/** What every handler of an operator's command does: check the body and the route, and make the command evidence. */
export class CommandSender {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  /** Decide's time never runs backwards: after a wrong clock was put right it is ahead, and what ends by the wall clock would be over at once. */
  async endAfter(seconds: number): Promise<number> {
    const { states, now } = this.#parts;
    return Math.max(now(), ...(await states.read()).map((state) => state.nowMs)) + seconds * 1000;
  }

  async send(context: Context, route: string | undefined, why: string, command: CommandEvidence['command']): Promise<Response> {
    const { log, project, now } = this.#parts;
    const commandId = randomUUID();
    const evidence: CommandEvidence = { kind: 'command', v: 1, atMs: now(), project: project(), ...(route === undefined ? {} : { route }), commandId, actor: 'operator', reason: why, command };
    const partition = partitionOf(routeKey(project(), route ?? ''), log.partitionCount(TOPICS.evidence.name));
    const outcome = await log.append([{ topic: TOPICS.evidence.name, partition, value: Buffer.from(JSON.stringify(evidence)) }]);
    if (outcome.kind === 'full') return problem(context, 503, `the command was not taken: ${outcome.reason}`, 'Free disk space, then send it again.');
    return context.json({ commandId, accepted: true }, 202);
  }

  async withBody<Body>(context: Context, schema: z.ZodType<Body>, then: (body: Body) => Promise<Response>): Promise<Response> {
    const body = schema.safeParse(await context.req.json().catch(() => undefined));
    if (!body.success) return problem(context, 400, body.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '), 'Correct the body; reasons are at most 300 characters, times at most 7 days.');
    return then(body.data);
  }

  async knownRoute(context: Context, name: string, then: (route: RouteState) => Promise<Response>): Promise<Response> {
    const found = await findRoute(this.#parts.states, this.#parts.project(), name);
    return found === undefined ? problem(context, 404, `no calls of a route ${name} have arrived`, 'GET /v1/routes, or `understudy status`, lists the routes.') : then(found.route);
  }
}
