import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

/** One request to ClickHouse's HTTP interface, its parts as the server understands them. */
export interface AskedQuery {
  readonly sql: string;
  readonly database: string | undefined;
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
  readonly encoding: string | undefined;
}

const NO_SETTINGS = new Set(['query', 'query_id', 'database', 'session_id', 'role']);
/** Of the interface, not of the engine. */
const OF_THE_INTERFACE = new Set(['wait_end_of_query', 'buffer_size', 'send_progress_in_http_headers', 'enable_http_compression']);
const DECODERS: ReadonlyMap<string, (bytes: Buffer) => Buffer> = new Map<string, (bytes: Buffer) => Buffer>([
  ['gzip', (bytes) => gunzipSync(bytes)], ['zstd', (bytes) => zstdDecompressSync(bytes)], ['br', (bytes) => brotliDecompressSync(bytes)],
]);

/** A query in the body, or in the URL with the body as its data. */
export async function readAskedQuery(request: IncomingMessage): Promise<AskedQuery> {
  const url = new URL(request.url ?? '/', 'http://front');
  const encoding = request.headers['content-encoding'];
  const raw = await buffer(request);
  const body = (encoding === undefined ? raw : (DECODERS.get(encoding) ?? unknownEncoding(encoding))(raw)).toString();
  const query = url.searchParams.get('query');
  const settings = new Map([...url.searchParams].filter(([name]) => !NO_SETTINGS.has(name) && !name.startsWith('param_')));
  const parameters = new Map([...url.searchParams].filter(([name]) => name.startsWith('param_')));
  return { sql: query === null ? body : `${query}\n${body}`, database: url.searchParams.get('database') ?? undefined, settings, parameters, encoding };
}

/** The same as statements for one session of the engine. */
export function statementsFor({ sql, database, settings, parameters }: AskedQuery): string {
  // Read-only comes last: after it no other setting of a limit may be changed.
  const inOrder = [...settings].filter(([name]) => !OF_THE_INTERFACE.has(name) && !name.startsWith('http_')).sort(([one], [other]) => Number(one === 'readonly') - Number(other === 'readonly'));
  const before = [...(database === undefined ? [] : [`USE ${identifier(database)}`]), ...[...parameters, ...inOrder].map(([name, value]) => `SET ${identifier(name)} = ${literal(value)}`)];
  return [...before, sql].join(';\n');
}

function identifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function unknownEncoding(encoding: string): never {
  throw new Error(`Code: 89. DB::Exception: Unknown encoding of the body: ${encoding}. (UNKNOWN_COMPRESSION_METHOD)`);
}
