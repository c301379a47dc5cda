import type { DatabaseSync } from 'node:sqlite';
import { UnderstudyError } from '@understudy/contracts/problem';
import { TOPICS } from '@understudy/contracts/topics';
import { inTransaction } from './transaction.ts';

const SCHEMA_VERSION = 2;
const PAGE_BYTES = 8_192;

/**
 * `records.position` is partition and offset in one number (see `record-positions.ts`), so that a partition lies together in one B-tree and a read is a range.
 * A reader is a consumer group on one partition; it exists for every partition of a topic as soon as the group has acquired one of them.
 */
const SCHEMA = `
  CREATE TABLE partitions (
    partition_id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL DEFAULT 0, end_offset INTEGER NOT NULL DEFAULT 0, last_appended_at_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, partition)
  ) STRICT;
  CREATE TABLE records (position INTEGER PRIMARY KEY, appended_at_ms INTEGER NOT NULL, key TEXT, value BLOB NOT NULL) STRICT;
  CREATE TABLE readers (
    reader_id INTEGER PRIMARY KEY, consumer_group TEXT NOT NULL, partition_id INTEGER NOT NULL,
    generation INTEGER NOT NULL DEFAULT 0, next_offset INTEGER NOT NULL,
    state_version INTEGER NOT NULL DEFAULT 0, removal_version INTEGER NOT NULL DEFAULT 0,
    UNIQUE (consumer_group, partition_id)
  ) STRICT;
  CREATE TABLE state_entries (reader_id INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, version INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (reader_id, key)) STRICT;
  CREATE INDEX state_entries_by_version ON state_entries (reader_id, version);
  CREATE TABLE checkpoints (
    checkpoint_id INTEGER PRIMARY KEY, reader_id INTEGER NOT NULL, next_offset INTEGER NOT NULL,
    read_to_ms INTEGER NOT NULL, taken_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE checkpoint_entries (checkpoint_id INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (checkpoint_id, key)) STRICT;
`;

/** Format 1 could not tell what had changed of a state. */
const FROM_1 = `
  ALTER TABLE readers ADD COLUMN state_version INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE readers ADD COLUMN removal_version INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE state_entries ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX state_entries_by_version ON state_entries (reader_id, version);
`;

/** Creates what is missing; two processes may do so at the same time. */
export function prepareSchema(database: DatabaseSync, path: string): void {
  // Both only have an effect before the first table exists. Incremental: freed pages can be given back to the disk a few at a time. The page size is
  // measured: a record of 80 KB costs a third less CPU than on pages of 4 KiB, and small steps write little more; on 16 KiB they write twice as much.
  if (schemaVersion(database) === 0) database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`);
  inTransaction(database, () => {
    const found = schemaVersion(database);
    if (found === 0) database.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`);
    if (found === 1) database.exec(`${FROM_1} PRAGMA user_version = ${SCHEMA_VERSION};`);
    checkSchema(database, path);
    addMissingPartitions(database);
  });
}

/** A log that was written by a newer version is not touched. */
export function checkSchema(database: DatabaseSync, path: string): void {
  const found = schemaVersion(database);
  if (found === SCHEMA_VERSION) return;
  throw new UnderstudyError({
    code: 'LOG_VERSION_UNKNOWN',
    message: `${path} has the format ${found}; this version of Understudy reads format ${SCHEMA_VERSION}.`,
    fix: 'Use the version of Understudy that wrote it, or another data directory.',
  });
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

function addMissingPartitions(database: DatabaseSync): void {
  const add = database.prepare('INSERT OR IGNORE INTO partitions (topic, partition) VALUES (?, ?)');
  for (const topic of Object.values(TOPICS)) {
    for (let partition = 0; partition < topic.partitions; partition++) add.run(topic.name, partition);
  }
}
