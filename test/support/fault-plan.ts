import type { SqliteLogLimits } from '@understudy/log/sqlite/limits';

/** How one life of an evaluator under test ends from within, beside what is done to it from outside. */
export type InnerDeath =
  /** SIGKILL when the n-th insert into a table has finished, before its step commits. */
  | { readonly kind: 'after-insert'; readonly table: StoredTable; readonly insert: number }
  /** SIGKILL while the n-th insert is under way. */
  | { readonly kind: 'during-insert'; readonly table: StoredTable; readonly insert: number; readonly afterMs: number };
type StoredTable = 'calls' | 'decisions' | 'windows';

export interface EvaluatorPlan {
  readonly dataDirectory: string;
  readonly policyFile: string | undefined;
  readonly port: number;
  readonly otlpPort: number;
  readonly death?: InnerDeath;
  /** The process's clock runs so far ahead: minutes end without waiting for them. */
  readonly clockAheadMs?: number;
  readonly logLimits?: Partial<SqliteLogLimits>;
}

/**
 * What a test says to its evaluator over their channel: SQL on the embedded ClickHouse, since only its own process can open that; how to die from now on;
 * whether inserts fail from now on; by how much its clock is wrong.
 */
export type ToEvaluator =
  | { readonly kind: 'query'; readonly id: number; readonly sql: string }
  | { readonly kind: 'arm'; readonly death: InnerDeath }
  | { readonly kind: 'refuse-inserts'; readonly refuse: boolean }
  | { readonly kind: 'clock'; readonly aheadMs: number };

export interface QueryAnswer {
  readonly id: number;
  readonly rows?: unknown[];
  readonly error?: string;
}
