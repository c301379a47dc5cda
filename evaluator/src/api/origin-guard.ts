import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { problem } from './problem-response.ts';

export interface AccessRules {
  /** Hosts (`name:port`) that this server answers to; anything else may be DNS rebinding. Undefined: any host (behind a proxy, with a token). */
  readonly hosts: () => readonly string[] | undefined;
  /** Wanted as a bearer token when set. */
  readonly adminToken: string | undefined;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What SDKs and probes read carries its own signature or says nothing. */
const OPEN_PATHS = new Set(['/healthz', '/readyz', '/.well-known/jwks.json', '/v1/overrides', '/v1/overrides/stream']);

/** Host, Origin, content type and token, checked before every handler. */
export function originGuard(rules: AccessRules): MiddlewareHandler {
  return async (context, next) => refusal(context, rules) ?? next();
}

function refusal(context: Context, rules: AccessRules): Response | undefined {
  const host = context.req.header('host');
  const hosts = rules.hosts();
  if (hosts !== undefined && (host === undefined || !hosts.includes(host))) return problem(context, 403, `this server does not answer to the host ${host ?? '(none)'}`, `Use one of ${hosts.join(', ')}.`);
  if (rules.adminToken !== undefined && !OPEN_PATHS.has(context.req.path) && !hasToken(context.req.header('authorization'), rules.adminToken)) {
    return problem(context, 401, 'a bearer token is needed', 'Send authorization: Bearer TOKEN with the value of UNDERSTUDY_ADMIN_TOKEN.');
  }
  return SAFE.has(context.req.method) ? undefined : refusedWrite(context, host);
}

function refusedWrite(context: Context, host: string | undefined): Response | undefined {
  const origin = context.req.header('origin');
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return problem(context, 403, `a page of ${origin} may not change anything here`, 'Call from the server\'s own origin or from a program without an Origin header.');
  if (!/^application\/json(;|$)/i.test(context.req.header('content-type') ?? '')) return problem(context, 415, 'changes need content-type: application/json', 'Send the body as JSON with that header.');
  return undefined;
}

function hasToken(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}
