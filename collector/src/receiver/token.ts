import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Whether a request carries the token, as a bearer token or in `x-api-key` (what OTEL_EXPORTER_OTLP_HEADERS can send). */
export function tokenCheck(token: string | undefined): (headers: IncomingHttpHeaders) => boolean {
  if (token === undefined) return () => true;
  const expected = digest(token);
  return (headers) => {
    const bearer = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
    const apiKey = headers['x-api-key'];
    const given = bearer ?? (typeof apiKey === 'string' ? apiKey : undefined);
    // Digests have one length, so the comparison tells nothing about the token.
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
