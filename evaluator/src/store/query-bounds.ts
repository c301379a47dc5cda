import type { ClickHouseSettings } from '@clickhouse/client';

/** What one request may take of ClickHouse and of its caller's time. */
export interface QueryBounds {
  /** Of a query, in the engine. */
  readonly queryMs: number;
  /** Of an insert or a command, in the engine. A repeat should meet no first try that still runs. */
  readonly writeMs: number;
  /** So much later a request ends on this side: the engine's own answer says more than a broken connection. */
  readonly graceMs: number;
  readonly memoryBytes: number;
  readonly resultRows: number;
  readonly resultBytes: number;
  /** Processors of a query: a chart must never starve detection or inserts. */
  readonly threads: number;
}

export const EMBEDDED_BOUNDS: QueryBounds = {
  queryMs: 20_000, writeMs: 30_000, graceMs: 5_000, memoryBytes: 1024 ** 3, resultRows: 100_000, resultBytes: 256 * 1024 ** 2, threads: 1,
};
/** A server has processors of its own. */
export const SERVER_BOUNDS: QueryBounds = { ...EMBEDDED_BOUNDS, threads: 4 };

export function querySettings(bounds: QueryBounds): ClickHouseSettings {
  return {
    max_execution_time: bounds.queryMs / 1000, max_memory_usage: String(bounds.memoryBytes), max_threads: bounds.threads,
    max_result_rows: String(bounds.resultRows), max_result_bytes: String(bounds.resultBytes),
  };
}

/** A text that was cut inside a character must not fail its whole batch. */
export const INSERT_SETTINGS: ClickHouseSettings = { input_format_json_throw_on_bad_escape_sequence: 0 };
