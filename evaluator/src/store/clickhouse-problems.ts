import { UnderstudyError } from '@understudy/contracts/problem';
import { STORE_UNAVAILABLE } from './analytics-store.ts';
import type { ClickHouseAddress } from './clickhouse-address.ts';
import { clickHouseCode } from './refused-rows.ts';

interface Meaning {
  readonly codes: readonly string[];
  readonly message: string;
  readonly fix: string;
  /** Also what ClickHouse itself says: it is needed to find the cause. */
  readonly quote?: boolean;
}

const MEANINGS: readonly Meaning[] = [
  { codes: ['192', '193', '194', '516'], message: 'does not accept the user and its password', fix: 'Set CLICKHOUSE_USER and CLICKHOUSE_PASSWORD to a user of the server that CLICKHOUSE_URL names.' },
  { codes: ['164', '291', '452', '497'], message: 'does not allow its user what Understudy needs', fix: 'Grant the user of CLICKHOUSE_USER SELECT, INSERT, CREATE TABLE and ALTER TABLE on the database of CLICKHOUSE_DATABASE (and CREATE DATABASE, unless it exists), without the setting readonly.', quote: true },
  { codes: ['60', '81'], message: 'has no such database or table', fix: 'Start an evaluator once: it makes them. Check CLICKHOUSE_DATABASE, and that CLICKHOUSE_URL names the right server.', quote: true },
  { codes: ['159', '160', '209'], message: 'did not finish within the time that a request may take', fix: 'Look at the load of the server that CLICKHOUSE_URL names.' },
  { codes: ['241', '158', '307', '396'], message: 'stopped a request that took more memory or rows than one may', fix: 'Ask for a shorter time or fewer rows; for inserts look at the memory of the server that CLICKHOUSE_URL names.' },
  { codes: ['252', '202', '243'], message: 'takes no more just now', fix: 'Nothing at first: it is tried again. If it stays, look at merges, free space and load of the server that CLICKHOUSE_URL names.', quote: true },
];
const OTHERWISE = 'Look at the log of the server that CLICKHOUSE_URL names; what was acknowledged waits in the event log.';
const MOST_QUOTED = 300;

/** What a failed request to the server means for who runs it. Everything may pass by itself: a server starts, a user is granted what it lacks. Never with a secret in it. */
export function explainClickHouse(address: ClickHouseAddress, error: unknown): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  const problem = (message: string, fix: string) => new UnderstudyError({ code: STORE_UNAVAILABLE, message: `ClickHouse at ${address.url.origin} ${message}`, fix, retryable: true, cause: error });
  const said = quoted(address, error);
  const code = clickHouseCode(error);
  if (code === undefined) return problem(`does not answer: ${said}`, 'Check that it runs and that CLICKHOUSE_URL names its HTTP port (8123 by default); what was acknowledged waits in the event log.');
  const meaning = MEANINGS.find(({ codes }) => codes.includes(code));
  if (meaning === undefined) return problem(`answered with an error: code ${code}, ${said}`, OTHERWISE);
  return problem(`${meaning.message} (code ${code}${meaning.quote ? `, ${said}` : ''})`, meaning.fix);
}

/** Its first line: the rest may be anything that stands between, such as the page of a proxy. */
function quoted({ password }: ClickHouseAddress, error: unknown): string {
  const line = reasonOf(error).trim().split('\n')[0] ?? '';
  const known = password === '' ? line : [password, encodeURIComponent(password)].reduce((text, secret) => text.replaceAll(secret, '…'), line);
  return known.slice(0, MOST_QUOTED) || 'it said nothing';
}

/** Of several addresses that all refused, Node says nothing but in their own errors. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
