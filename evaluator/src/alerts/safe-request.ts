import { type ClientRequest, type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { UnderstudyError } from '@understudy/contracts/problem';
import { bareHost, type HostAddress, type ResolveHost, safeAddress } from './safe-address.ts';

export interface SafeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Hosts that may be at private or local addresses. */
  readonly allow: readonly string[];
}

export interface SafeResponse {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

/** Nothing of an answer is used but its status; it is read so far that the connection ends well. */
const MOST_BODY_BYTES = 64 * 1024;

/**
 * Posts to an address that the policy names: only HTTP and HTTPS, the name resolved once, the connection made to the address that was checked, no redirect followed.
 * No error holds more of the address than its host: paths and queries may be secrets. `signal` ends it.
 */
export async function safeRequest(asked: SafeRequest, resolve: ResolveHost, signal: AbortSignal): Promise<SafeResponse> {
  const url = URL.canParse(asked.url) ? new URL(asked.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new UnderstudyError({ code: 'ADDRESS_REFUSED', message: 'the address is none of HTTP or HTTPS', fix: 'Use an address that begins with https://.' });
  try {
    const address = await orAborted(safeAddress(url.hostname, asked.allow, resolve), signal);
    return await post(url, asked, address, signal);
  } catch (error) {
    if (error instanceof UnderstudyError) throw error;
    throw new UnderstudyError({ code: 'UNREACHABLE', message: `${url.host} cannot be reached: ${signal.aborted ? 'no answer in time' : codeOf(error)}`, fix: 'Check the address, and that this machine may connect to it.', retryable: true });
  }
}

/** `ECONNREFUSED`, `ENOTFOUND`, …: the texts of errors repeat addresses. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'the connection failed';
}

function post(url: URL, { headers, body }: SafeRequest, address: HostAddress, signal: AbortSignal): Promise<SafeResponse> {
  const pinned: LookupFunction = (_host, options, callback) => {
    if (options.all === true) callback(null, [{ address: address.address, family: address.family }]);
    else callback(null, address.address, address.family);
  };
  const options: RequestOptions = {
    method: 'POST', agent: false, signal, lookup: pinned, host: bareHost(url.hostname), port: url.port === '' ? undefined : url.port, path: `${url.pathname}${url.search}`,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), ...basicAuth(url) },
  };
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = (url.protocol === 'https:' ? requestHttps : requestHttp)(options, (response) => {
      drain(response, () => sent.destroy());
      resolve({ status: response.statusCode ?? 0, retryAfterMs: retryAfterMs(response.headers['retry-after']) });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function drain(response: IncomingMessage, end: () => void): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) end();
  });
  response.on('error', () => undefined);
}

function basicAuth(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  return { authorization: `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}` };
}

function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

export function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    if (signal.aborted) reject(new Error('aborted'));
    work.then(resolve, reject);
  });
}
