import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { UnderstudyError } from '@understudy/contracts/problem';
import type { AnalyticsStore } from './analytics-store.ts';
import { type ClickHouseAddress, type ClickHouseOptions, clickHouseAddress } from './clickhouse-address.ts';
import { explainClickHouse } from './clickhouse-problems.ts';
import { type QueryBounds, SERVER_BOUNDS } from './query-bounds.ts';
import { storeOverClients } from './store-over-clients.ts';

/** Of one process: an archive a partition, charts, and the controller. */
const MOST_CONNECTIONS = 16;

/**
 * A ClickHouse server or cluster over HTTP. Nothing is asked of it here. A connection that breaks after an insert was executed is an error like any other: the
 * insert is repeated, and the table's key makes it one.
 */
export function openClickHouseStore(options: ClickHouseOptions, bounds: Partial<QueryBounds> = {}): AnalyticsStore {
  const address = clickHouseAddress(options);
  const limits = { ...SERVER_BOUNDS, ...bounds };
  const explain = (error: unknown) => explainClickHouse(address, error);
  // Errors come as status and code, not as the end of an answer that began well.
  const wholeAnswer = { wait_end_of_query: 1 } as const;
  const write = { ...wholeAnswer, max_execution_time: limits.writeMs / 1000 };
  return storeOverClients({
    writer: client(address, limits.writeMs + limits.graceMs, address.database), reader: client(address, limits.queryMs + limits.graceMs, address.database), bounds: limits, explain,
    within: (boundMs, ask) => within(boundMs + limits.graceMs, ask),
    settings: {
      // readonly 2: no statement that came in as a query can change anything, and settings may still be sent.
      query: { ...wholeAnswer, readonly: '2', cancel_http_readonly_queries_on_client_close: 1 },
      // Answered once it is stored, not once it is queued.
      insert: { ...write, async_insert: 0 },
      command: { ...write, max_memory_usage: String(2 * limits.memoryBytes), distributed_ddl_task_timeout: String(Math.ceil(limits.writeMs / 1000)) },
    },
    place: { cluster: address.cluster, prepare: () => prepare(address, limits, explain) },
  });
}

function client({ url, username, password }: ClickHouseAddress, deadlineMs: number, database: string): ClickHouseClient {
  return createClient({
    url, username, password, database, request_timeout: deadlineMs, max_open_connections: MOST_CONNECTIONS,
    // Rows of 2 KB text shrink to 22 % for 12 µs CPU each (gzip: to 26 % for 28 µs), while the insert takes the server 40.
    compression: { request: { codec: 'zstd', level: 1 }, response: false },
    keep_alive: { eagerly_destroy_stale_sockets: true },
    // It would print statements and settings; errors are thrown, and said once.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/** The client's own limit is one of silence on the socket: bytes that trickle would last for ever. */
async function within<Value>(deadlineMs: number, ask: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${deadlineMs / 1000} s`));
      controller.abort();
    }, deadlineMs);
  });
  try {
    return await Promise.race([ask(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** By a client without a database: one that does not exist yet would be refused. */
async function prepare(address: ClickHouseAddress, limits: QueryBounds, explain: (error: unknown) => UnderstudyError): Promise<void> {
  const { database, cluster } = address;
  const anywhere = client(address, limits.writeMs + limits.graceMs, 'default');
  const ask = async <Row>(query: string, query_params: Record<string, string>) => (await (await anywhere.query({ query, query_params, format: 'JSONEachRow' })).json<Row>())[0];
  try {
    if (cluster !== undefined) refuseShards(cluster, Number((await ask<{ shards: string }>('SELECT uniqExact(shard_num) AS shards FROM system.clusters WHERE cluster = {cluster:String}', { cluster }))?.shards));
    // Asked first: a user that may not make databases can still use one.
    const found = await ask<{ n: string }>('SELECT count() AS n FROM system.databases WHERE name = {database:String}', { database });
    if (Number(found?.n) === 0) await anywhere.command({ query: `CREATE DATABASE IF NOT EXISTS \`${database}\`${cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`}` });
  } catch (error) {
    throw explain(error);
  } finally {
    await anywhere.close();
  }
}

/** Rows would be spread over shards by chance, and each asked alone. */
function refuseShards(cluster: string, shards: number): void {
  if (shards === 1) return;
  throw new UnderstudyError({
    code: 'CONFIGURATION', message: shards === 0 ? `ClickHouse knows no cluster ${cluster}` : `the cluster ${cluster} has ${shards} shards`,
    fix: 'Set CLICKHOUSE_CLUSTER to a cluster of one shard with any number of replicas (SELECT cluster, shard_num FROM system.clusters lists them), or leave it out.',
  });
}
