import { UnderstudyError } from '@understudy/contracts/problem';

export interface ClickHouseOptions {
  /** `http://host:8123`, or https. User, password and database (as its path) may stand in it; those that are given apart win. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Made when absent. */
  readonly database?: string;
  /** The tables are made on all servers of this cluster, as replicas of each other. It may have one shard only. */
  readonly cluster?: string;
}

export interface ClickHouseAddress {
  /** Without user, password and path. */
  readonly url: URL;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly cluster: string | undefined;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,100}$/;

/** Parses where ClickHouse is. No error says what stands in the URL: it may be a password. */
export function clickHouseAddress(options: ClickHouseOptions): ClickHouseAddress {
  const url = parse(options.url);
  const database = options.database || decode(url.pathname.slice(1)) || 'understudy';
  refuseName('CLICKHOUSE_DATABASE', database);
  if (options.cluster) refuseName('CLICKHOUSE_CLUSTER', options.cluster);
  return {
    url: new URL(url.origin), database, cluster: options.cluster || undefined,
    username: options.username || decode(url.username) || 'default', password: options.password || decode(url.password),
  };
}

function parse(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw configuration('CLICKHOUSE_URL is no http or https URL');
  if (url.search !== '' || url.hash !== '') throw configuration('CLICKHOUSE_URL has parameters, and takes none');
  return url;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw configuration('CLICKHOUSE_URL has a % that is no escape');
  }
}

/** They come into statements as they are. */
function refuseName(variable: string, name: string): void {
  if (!NAME.test(name)) throw new UnderstudyError({ code: 'CONFIGURATION', message: `${variable} is no name that this program takes`, fix: 'Use letters, digits, and _ . - after the first letter.' });
}

function configuration(message: string): UnderstudyError {
  return new UnderstudyError({ code: 'CONFIGURATION', message, fix: 'Set CLICKHOUSE_URL to something like http://127.0.0.1:8123; user, password and database in CLICKHOUSE_USER, CLICKHOUSE_PASSWORD and CLICKHOUSE_DATABASE.' });
}
