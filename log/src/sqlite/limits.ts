const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

export interface SqliteLogLimits {
  /** Records that every group has read are kept this long. */
  readonly retainMs: number;
  /** Above this many bytes they go earlier. */
  readonly retainBytes: number;
  /** Above this many bytes nothing more is taken from outside. Steps may go a quarter further, since only they make room. */
  readonly refuseAtBytes: number;
  /** A role's state is copied this often, so that the records before the copy can go. */
  readonly checkpointEveryMs: number;
  /** Of `llm.overrides` and `llm.dead-letters`, which no group reads: at most so many records a partition. */
  readonly maxUngroupedRecords: number;
  /** SQLite's own limit of the file, pages of 8 KiB; unlimited when undefined. */
  readonly maxPages?: number;
}

export const DEFAULT_LIMITS: SqliteLogLimits = {
  retainMs: 24 * HOUR_MS,
  retainBytes: 1024 * MIB,
  refuseAtBytes: 2048 * MIB,
  checkpointEveryMs: 10 * 60_000,
  maxUngroupedRecords: 1_000,
};
