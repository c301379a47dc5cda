import { Readable } from 'node:stream';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import type { UnderstudyError } from '@understudy/contracts/problem';
import type { AnalyticsStore, TablePlace } from './analytics-store.ts';
import { INSERT_SETTINGS, type QueryBounds, querySettings } from './query-bounds.ts';
import { refusalOf, refuseEmptyLines } from './refused-rows.ts';

export interface StoreParts {
  /** Inserts and queries beside each other: a slow one of either kind holds up none of the other. */
  readonly writer: ClickHouseClient;
  readonly reader: ClickHouseClient;
  readonly bounds: QueryBounds;
  readonly place: TablePlace;
  /** What the way to this engine adds to the settings of each kind of request. */
  readonly settings: { readonly query: ClickHouseSettings; readonly insert: ClickHouseSettings; readonly command: ClickHouseSettings };
  /** Ends a request that the engine's own limit did not end. */
  readonly within: <Value>(boundMs: number, ask: (signal: AbortSignal | undefined) => Promise<Value>) => Promise<Value>;
  readonly explain: (error: unknown) => UnderstudyError;
}

/** What is the same for ClickHouse in process and a server. */
export function storeOverClients({ writer, reader, bounds, place, settings, within, explain }: StoreParts): AnalyticsStore {
  const explained = (error: unknown): never => {
    throw explain(error);
  };
  const readSettings = { ...querySettings(bounds), ...settings.query };
  return {
    place,
    async insertLines(table, lines) {
      if (lines.length === 0) return;
      const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
      refuseEmptyLines(bytes);
      // exec, not insert: the lines are bytes already and insert would want to encode objects.
      await within(bounds.writeMs, async (signal) => drain((await writer.exec({
        query: `INSERT INTO ${table} FORMAT JSONEachRow`, values: Readable.from([bytes], { objectMode: false }), clickhouse_settings: { ...INSERT_SETTINGS, ...settings.insert }, abort_signal: signal,
      })).stream)).catch((error: unknown) => {
        throw refusalOf(error) ?? explain(error);
      });
    },
    async query<Row>(sql: string, parameters = {}) {
      return await within(bounds.queryMs, async (signal) => {
        const result = await reader.query({ query: sql, query_params: parameters, format: 'JSONEachRow', clickhouse_settings: readSettings, abort_signal: signal });
        return await result.json<Row>() as Row[];
      }).catch(explained);
    },
    async command(sql, parameters = {}) {
      await within(bounds.writeMs, (signal) => writer.command({ query: sql, query_params: parameters, clickhouse_settings: settings.command, abort_signal: signal })).catch(explained);
    },
    async close() {
      await writer.close();
      await reader.close();
    },
  };
}

/** To its end: only then has all of the answer come, and is the connection free. */
async function drain(answer: Readable): Promise<void> {
  for await (const _ of answer);
}
