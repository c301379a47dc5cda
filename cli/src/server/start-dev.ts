import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createOtlpReceiver, isOtlpPath } from '@understudy/collector/receiver/otlp-receiver';
import { UnderstudyError } from '@understudy/contracts/problem';
import { startEvaluator } from '@understudy/evaluator/evaluator';
import { loadSigningKey } from '@understudy/evaluator/overrides/signing-key';
import { ROLE_NAMES } from '@understudy/evaluator/roles/role-names';
import type { AnalyticsStore } from '@understudy/evaluator/store/analytics-store';
import { migrate } from '@understudy/evaluator/store/migrate';
import type { SqliteLogLimits } from '@understudy/log/sqlite/limits';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { collectorMeasurements } from '../metrics/collector-measurements.ts';
import { evaluatorMeasurements } from '../metrics/evaluator-measurements.ts';
import { metricsPage } from '../metrics/measurement.ts';
import { secretOf } from '../secret-of.ts';
import { type ListeningServer, serve } from './serve.ts';
import { missingSecrets } from './missing-secrets.ts';
import { policyHeuristics } from './policy-heuristics.ts';
import { hostsOf, isLoopback, refuseOpenServer, urlOf } from './server-address.ts';
import { watchPolicy } from './watch-policy.ts';

export interface DevOptions {
  readonly dataDirectory: string;
  readonly policyFile: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly otlpPort: number;
  readonly adminToken: string | undefined;
  readonly ingestToken: string | undefined;
  readonly signingKeyFile: string | undefined;
  /** Where people reach the API, for the addresses in alerts; its own address unless given. */
  readonly publicUrl?: string | undefined;
  readonly say: (text: string) => void;
  /** Another adapter of the store; ClickHouse in this process when absent. */
  readonly openStore?: (directory: string) => AnalyticsStore;
  /** Of the log; its defaults where absent. */
  readonly logLimits?: Partial<SqliteLogLimits>;
}

export interface RunningDev {
  readonly apiUrl: string;
  readonly otlpUrl: string;
  /** The `x` of the Ed25519 key that signs the overrides. */
  readonly publicKey: string;
  stop(): Promise<void>;
}

const DRAIN_MS = 2_000;

/** Collector and evaluator in one process over one data directory: SQLite for the log, ClickHouse in process for the rows. */
export async function startDev(options: DevOptions): Promise<RunningDev> {
  const { say, host } = options;
  refuseOpenServer(host, options.adminToken, 'UNDERSTUDY_ADMIN_TOKEN');
  const policy = watchPolicy(options.policyFile, say, (inForce) => missingSecrets(inForce, new Set(ROLE_NAMES), secretOf));
  const closers: (() => Promise<void> | void)[] = [() => policy.stop()];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    makeDirectory(options.dataDirectory);
    const log = openSqliteLog({ directory: options.dataDirectory, exclusive: true, limits: options.logLimits });
    closers.push(() => log.close());
    const store = (options.openStore ?? (await embeddedStore()))(join(options.dataDirectory, 'clickhouse'));
    closers.push(() => store.close());
    await migrate(store);
    const key = await loadSigningKey(options.signingKeyFile ?? join(options.dataDirectory, 'signing-key.pem'));
    let draining = false;
    const receiver = createOtlpReceiver({ log, say, draining: () => draining, token: options.ingestToken ?? (isLoopback(host) ? undefined : options.adminToken) });
    let hosts: readonly string[] | undefined = [];
    const customHeuristics = await policyHeuristics(options.policyFile, () => policy.current(), say);
    const evaluator = startEvaluator({
      customHeuristics,
      log, store, key, say, roles: new Set(ROLE_NAMES), instanceId: randomUUID(), now: Date.now, policy: () => policy.current(),
      secretOf, apiUrl: options.publicUrl ?? (options.port === 0 ? undefined : `http://${host}:${options.port}`),
      access: { adminToken: options.adminToken, hosts: () => hosts }, storeTrouble: async () => undefined,
      metrics: metricsPage(async () => [...collectorMeasurements(receiver.counters()), ...(await evaluatorMeasurements(evaluator.observe(), log, Date.now()))]),
    });
    closers.push(() => evaluator.stop());
    const servers = await listenBoth(options, receiver.handle, getRequestListener(evaluator.api.fetch));
    closers.push(async () => {
      draining = true;
      await Promise.all(servers.map((server) => server.close(DRAIN_MS)));
    });
    const [api, otlp] = servers;
    hosts = hostsOf(host, api.port);
    return { apiUrl: urlOf(api), otlpUrl: urlOf(otlp), publicKey: key.publicJwk.x, stop: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Loaded when it is needed: the image of the servers leaves the embedded ClickHouse out. */
async function embeddedStore(): Promise<(directory: string) => AnalyticsStore> {
  try {
    return (await import('@understudy/evaluator/store/chdb-store')).openChdbStore;
  } catch (cause) {
    throw new UnderstudyError({ code: 'CONFIGURATION', message: 'the embedded ClickHouse is not installed here', fix: 'Use `understudy collector` and `understudy evaluator` with a ClickHouse server (CLICKHOUSE_URL), or install the package chdb.', cause });
  }
}

async function listenBoth(options: DevOptions, otlp: RequestListener, api: RequestListener): Promise<[ListeningServer, ListeningServer]> {
  // OTLP is answered on the API's port too, so that an SDK needs one URL.
  const apiServer = await serve((request, response) => (isOtlpPath(request.url ?? '') ? otlp : api)(request, response), options.host, options.port, '--port');
  try {
    return [apiServer, await serve(otlp, options.host, options.otlpPort, '--otlp-port')];
  } catch (error) {
    await apiServer.close(0);
    throw error;
  }
}

function makeDirectory(directory: string): void {
  try {
    makeWithParents(resolve(directory));
  } catch (cause) {
    throw new UnderstudyError({ code: 'CONFIGURATION', message: `cannot make the data directory ${directory}: ${cause instanceof Error ? cause.message : String(cause)}`, fix: 'Give a writable one with --data.', cause });
  }
}

/** Node's own `recursive` (24.21) never returns where the system refuses to make a folder in one that exists, as under /proc. */
function makeWithParents(directory: string): void {
  if (existsSync(directory)) return;
  makeWithParents(dirname(directory));
  try {
    // What is in it may hold users' text.
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another start may have made it meanwhile.
    if (!existsSync(directory)) throw error;
  }
}
