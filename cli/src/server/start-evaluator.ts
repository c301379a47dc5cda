import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { createOtlpReceiver, isOtlpPath } from '@understudy/collector/receiver/otlp-receiver';
import { startEvaluator } from '@understudy/evaluator/evaluator';
import { existingSigningKey, loadSigningKey, type SigningKey } from '@understudy/evaluator/overrides/signing-key';
import type { RoleName } from '@understudy/evaluator/roles/role-names';
import type { AnalyticsStore } from '@understudy/evaluator/store/analytics-store';
import { checkStore } from '@understudy/evaluator/store/check-store';
import { migrate } from '@understudy/evaluator/store/migrate';
import type { EventLog } from '@understudy/log/event-log';
import { evaluatorMeasurements } from '../metrics/evaluator-measurements.ts';
import { metricsPage } from '../metrics/measurement.ts';
import { secretOf } from '../secret-of.ts';
import { healthProbe } from './health-probe.ts';
import { serve } from './serve.ts';
import { missingSecrets } from './missing-secrets.ts';
import { policyHeuristics } from './policy-heuristics.ts';
import { hostsOf, isLoopback, refuseOpenServer, urlOf } from './server-address.ts';
import { watchPolicy } from './watch-policy.ts';

export interface EvaluatorServerOptions {
  readonly roles: ReadonlySet<RoleName>;
  readonly openLog: () => Promise<EventLog>;
  readonly openStore: () => AnalyticsStore;
  readonly policyFile: string | undefined;
  readonly signingKeyFile: string;
  readonly host: string;
  readonly port: number;
  readonly adminToken: string | undefined;
  readonly ingestToken: string | undefined;
  /** Where people reach the API, for the addresses in alerts; without it they hold none. */
  readonly publicUrl?: string | undefined;
  readonly say: (text: string) => void;
}

export interface RunningEvaluator {
  readonly apiUrl: string;
  /** The `x` of the key that signs; undefined where no role needs it. */
  readonly publicKey: string | undefined;
  stop(): Promise<void>;
}

const DRAIN_MS = 2_000;
const KEY_POLL_MS = 500;
const STORE_RETRY_MS = 5_000;
const needsStore = (roles: ReadonlySet<RoleName>) => roles.has('archive') || roles.has('controller') || roles.has('api');

/** Some or all of the evaluator's roles as a process of its own, with health and metrics on one port, and the API there too where it has that role. */
export async function startEvaluatorServer(options: EvaluatorServerOptions): Promise<RunningEvaluator> {
  const { roles, say, host, adminToken } = options;
  // Without the API there is nothing to change and nothing to read but health and numbers.
  if (roles.has('api')) refuseOpenServer(host, adminToken, 'UNDERSTUDY_ADMIN_TOKEN');
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const policy = watchPolicy(options.policyFile, say, (inForce) => missingSecrets(inForce, roles, secretOf));
    closers.push(() => policy.stop());
    const key = await signingKey(options);
    const store = needsStore(roles) ? options.openStore() : undefined;
    if (store !== undefined) closers.push(() => store.close());
    const log = await options.openLog();
    closers.push(() => log.close());
    const tables = store === undefined ? undefined : keepMigrating(store, say);
    closers.push(() => tables?.stop());
    const asked = store === undefined ? undefined : healthProbe('the analytics store', () => storeTrouble(store), undefined);
    closers.push(() => asked?.stop());
    let hosts: readonly string[] | undefined = [];
    const customHeuristics = await policyHeuristics(options.policyFile, () => policy.current(), say);
    const evaluator = startEvaluator({
      customHeuristics,
      log, store, key, roles, say, instanceId: randomUUID(), now: Date.now, policy: () => policy.current(), secretOf, apiUrl: options.publicUrl, access: { adminToken, hosts: () => hosts },
      storeTrouble: async () => tables?.trouble() ?? asked?.trouble(),
      metrics: metricsPage(() => evaluatorMeasurements(evaluator.observe(), log, Date.now())),
    });
    closers.push(() => evaluator.stop());
    let draining = false;
    const server = await serve(withTelemetry(options, getRequestListener(evaluator.api.fetch), log, () => draining), host, options.port, '--port');
    closers.push(() => {
      draining = true;
      return server.close(DRAIN_MS);
    });
    hosts = hostsOf(host, server.port);
    return { apiUrl: urlOf(server), publicKey: key?.publicJwk.x, stop: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Telemetry is taken on the API's port too, so that an SDK needs one URL. */
function withTelemetry({ roles, host, say, ingestToken, adminToken }: EvaluatorServerOptions, api: RequestListener, log: EventLog, draining: () => boolean): RequestListener {
  if (!roles.has('api')) return api;
  const receiver = createOtlpReceiver({ log, say, draining, token: ingestToken ?? (isLoopback(host) ? undefined : adminToken) });
  return (request, response) => (isOtlpPath(request.url ?? '') ? receiver.handle : api)(request, response);
}

/** Only who signs makes the key: the others must not serve one that nobody signs with. */
async function signingKey({ roles, signingKeyFile, say }: EvaluatorServerOptions): Promise<SigningKey | undefined> {
  if (roles.has('controller')) return loadSigningKey(signingKeyFile);
  if (!roles.has('api')) return undefined;
  if (!existsSync(signingKeyFile)) say(`waiting for the signing key ${signingKeyFile}: a controller makes it at its first start. Where it stands elsewhere, set UNDERSTUDY_SIGNING_KEY_FILE`);
  while (!existsSync(signingKeyFile)) await pause(KEY_POLL_MS);
  return existingSigningKey(signingKeyFile);
}

/** A store that is away must keep nobody from detecting: the tables are made when it is there. */
function keepMigrating(store: AnalyticsStore, say: (text: string) => void): { trouble(): string | undefined; stop(): Promise<void> } {
  let trouble: string | undefined = 'the tables of the analytics store are being made';
  const stopping = new AbortController();
  async function run(): Promise<void> {
    while (!stopping.signal.aborted && trouble !== undefined) {
      try {
        await migrate(store);
        trouble = undefined;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== trouble) say(`${message}; trying again`);
        trouble = message;
        await pause(STORE_RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }
  const done = run();
  return {
    trouble: () => trouble,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function storeTrouble(store: AnalyticsStore): Promise<string | undefined> {
  const health = await checkStore(store, Date.now());
  return health.kind === 'well' ? undefined : health.problem.message;
}
