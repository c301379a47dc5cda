import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClickHouseHttp, startClickHouseHttp } from './clickhouse-http/clickhouse-http.ts';

/** Kafka and ClickHouse for processes of their own. */
export interface Servers {
  /** `KAFKA_BROKERS` and `CLICKHOUSE_URL` for whoever is to use them. */
  readonly environment: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** ClickHouse: the server that `CLICKHOUSE_URL` names, else the engine in this process behind its HTTP interface. */
export async function startServers(brokers: readonly string[]): Promise<Servers> {
  const kafka = { KAFKA_BROKERS: brokers.join(',') };
  if (process.env.CLICKHOUSE_URL !== undefined) return { environment: kafka, close: () => Promise.resolve() };
  const directory = mkdtempSync(join(tmpdir(), 'understudy-clickhouse-'));
  const front: ClickHouseHttp = await startClickHouseHttp({ directory: join(directory, 'data') });
  return {
    environment: { ...kafka, CLICKHOUSE_URL: front.url },
    async close() {
      await front.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
