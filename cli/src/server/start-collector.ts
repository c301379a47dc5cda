import { getRequestListener } from '@hono/node-server';
import { createOtlpReceiver, isOtlpPath } from '@understudy/collector/receiver/otlp-receiver';
import { TOPICS } from '@understudy/contracts/topics';
import { healthApp } from '@understudy/evaluator/api/health-app';
import type { EventLog } from '@understudy/log/event-log';
import { collectorMeasurements } from '../metrics/collector-measurements.ts';
import { metricsPage } from '../metrics/measurement.ts';
import { healthProbe } from './health-probe.ts';
import { serve } from './serve.ts';
import { hostsOf, isLoopback, refuseOpenServer, urlOf } from './server-address.ts';

export interface CollectorOptions {
  readonly openLog: () => Promise<EventLog>;
  readonly host: string;
  readonly otlpPort: number;
  readonly adminToken: string | undefined;
  readonly ingestToken: string | undefined;
  readonly say: (text: string) => void;
}

export interface RunningCollector {
  readonly otlpUrl: string;
  stop(): Promise<void>;
}

const DRAIN_MS = 2_000;

/** The collector as a process of its own: telemetry, health and metrics on one port. */
export async function startCollector(options: CollectorOptions): Promise<RunningCollector> {
  const { host, say, adminToken } = options;
  const token = options.ingestToken ?? (isLoopback(host) ? undefined : adminToken);
  refuseOpenServer(host, token, 'UNDERSTUDY_INGEST_TOKEN');
  const log = await options.openLog();
  let draining = false;
  let hosts: readonly string[] | undefined = [];
  const receiver = createOtlpReceiver({ log, say, draining: () => draining, token });
  const probe = healthProbe('the event log', () => log.offsetAt(TOPICS.spans.name, 0, Date.now()).then(() => undefined), 'the event log has not answered yet');
  const health = healthApp({
    access: { adminToken: adminToken ?? options.ingestToken, hosts: () => hosts },
    trouble: () => [draining ? 'about to stop' : undefined, probe.trouble()].filter((text) => text !== undefined),
    impaired: async () => [],
    metrics: metricsPage(async () => collectorMeasurements(receiver.counters())),
  });
  const others = getRequestListener(health.fetch);
  try {
    const server = await serve((request, response) => (isOtlpPath(request.url ?? '') ? receiver.handle : others)(request, response), host, options.otlpPort, '--otlp-port');
    hosts = hostsOf(host, server.port);
    return {
      otlpUrl: urlOf(server),
      async stop() {
        draining = true;
        probe.stop();
        await server.close(DRAIN_MS);
        await log.close();
      },
    };
  } catch (error) {
    probe.stop();
    await log.close();
    throw error;
  }
}
