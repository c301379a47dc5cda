import { InvalidArgumentError, Option } from 'commander';
import { UnderstudyError } from '@understudy/contracts/problem';
import { serverEnvironment } from './environment.ts';
import { printable } from './table.ts';

export const DEFAULT_URL = 'http://127.0.0.1:4319';
export const urlOption = () => new Option('--url <url>', 'a running system').argParser(httpUrl).default(DEFAULT_URL);
export const jsonOption = () => new Option('--json', 'standard output is JSON only');

/** An address as an option's value. */
export function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new InvalidArgumentError('give an address such as http://127.0.0.1:4319');
  return text;
}

const TIMEOUT_MS = 10_000;

/** One request to a running system; throws `UNREACHABLE` or `REFUSED` with what the server says to do. */
export async function callApi<Body>(base: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, timeoutMs = TIMEOUT_MS): Promise<Body> {
  const token = serverEnvironment().adminToken;
  const response = await send(new URL(path, base), {
    method, signal: AbortSignal.timeout(timeoutMs), ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { ...(method === 'GET' ? {} : { 'content-type': 'application/json' }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  });
  const answer = (await response.json().catch(() => undefined)) as (Body & { detail?: string; fix?: string }) | undefined;
  if (response.ok && answer !== undefined) return answer;
  throw new UnderstudyError({
    code: response.status >= 500 ? 'UNREACHABLE' : 'REFUSED', message: clean(answer?.detail) ?? `the server answered ${response.status}`, fix: clean(answer?.fix) ?? `Check that ${base} is Understudy's API.`, retryable: response.status >= 500,
  });
}

/** On one line, whatever names of the network the server repeats. */
function clean(text: string | undefined): string | undefined {
  return text === undefined ? undefined : printable(text);
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new UnderstudyError({ code: 'UNREACHABLE', message: `nothing answers at ${url.origin}`, fix: 'Start it with `npx understudy dev`, or name another with --url.', retryable: true, cause });
  }
}
