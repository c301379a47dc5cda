import type { Context } from 'hono';

/** An error as `application/problem+json` (RFC 9457) that says what to do. */
export function problem(context: Context, status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 503, detail: string, fix: string): Response {
  return context.body(JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail, fix }), status, { 'content-type': 'application/problem+json' });
}

const TITLES = { 400: 'Bad request', 401: 'Not signed in', 403: 'Forbidden', 404: 'Not found', 409: 'Conflict', 413: 'Too large', 415: 'Unsupported media type', 503: 'Not ready' } as const;
