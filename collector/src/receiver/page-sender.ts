import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser's page sent the request. Browsers name the origin of every POST, also one to a name that was bound to this machine's address (DNS rebinding);
 * programs have none. Without a token nothing else tells a page that somebody visits from an application on this machine.
 */
export function isFromPage(headers: IncomingHttpHeaders): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}
