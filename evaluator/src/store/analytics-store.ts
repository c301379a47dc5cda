/** Code of the error of `insertLines` when the lines themselves are at fault: trying again cannot help. */
export const ROWS_REFUSED = 'ROWS_REFUSED';
/** Code of every other error of a store: trying again may help, and what was inserted meanwhile stays counted once. */
export const STORE_UNAVAILABLE = 'STORE_UNAVAILABLE';

/** The analytics database as the roles see it: ClickHouse, in process or a server. Everything goes through `@clickhouse/client`. */
export interface AnalyticsStore {
  /**
   * Appends JSONEachRow lines (bytes of complete lines) to a table. Idempotent by the table's key, so that an insert whose answer was lost is simply repeated.
   * Throws `ROWS_REFUSED` when a line is no row of it; none of them may be counted on then.
   */
  insertLines(table: 'calls' | 'decisions' | 'judgements', lines: Uint8Array): Promise<void>;
  /** Rows of a query; `parameters` are bound as `{name:Type}`. Bounded in time, memory and rows; it cannot write. */
  query<Row>(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<Row[]>;
  command(sql: string, parameters?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Where `migrate` makes the tables. */
  readonly place: TablePlace;
  close(): Promise<void>;
}

export interface TablePlace {
  /** Tables are made on every server of this cluster, each a replica of the others; on the one server when absent. */
  readonly cluster?: string;
  /** Makes the database of the tables when it is absent; refuses a cluster that the tables cannot be spread over. */
  prepare(): Promise<void>;
}
