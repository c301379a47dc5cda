/** Code of the error of `insertLines` when the lines themselves are at fault: trying again cannot help. */
export const ROWS_REFUSED = 'ROWS_REFUSED';

/** The analytics database as the roles see it: ClickHouse, in process or a server. Everything goes through `@clickhouse/client`. */
export interface AnalyticsStore {
  /** Appends JSONEachRow lines (bytes of complete lines) to a table. Idempotent by the table's key. Throws `ROWS_REFUSED` when a line is no row of it; none of them may be counted on then. */
  insertLines(table: 'calls' | 'decisions', lines: Uint8Array): Promise<void>;
  /** Rows of a query; `parameters` are bound as `{name:Type}`. */
  query<Row>(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<Row[]>;
  command(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}
