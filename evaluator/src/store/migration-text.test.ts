import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalyticsStore } from './analytics-store.ts';
import { openChdbStore } from './chdb-store.ts';
import { readMigrations } from './migrate.ts';
import { onCluster, statementsOf } from './migration-text.ts';

describe('a migration file', () => {
  it('may hold several statements, and comments with anything in them', () => {
    expect(statementsOf("-- first; second;\nALTER TABLE a\n  MODIFY TTL b; \n\n  -- and\nALTER TABLE c MODIFY COMMENT 'one; two';\n")).toEqual(['ALTER TABLE a\n  MODIFY TTL b', "ALTER TABLE c MODIFY COMMENT 'one; two'"]);
    expect(statementsOf('SELECT 1')).toEqual(['SELECT 1']);
    expect(statementsOf('-- nothing\n;\n')).toEqual([]);
  });
});

describe('a statement on a cluster', () => {
  it('names the cluster, and replicates its table', () => {
    expect(onCluster('CREATE TABLE IF NOT EXISTS calls (a UInt8, b UInt8) ENGINE = ReplacingMergeTree(b)\nORDER BY a', 'main')).toBe(
      "CREATE TABLE IF NOT EXISTS calls ON CLUSTER 'main' (a UInt8, b UInt8) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', b)\nORDER BY a",
    );
    expect(onCluster('CREATE TABLE IF NOT EXISTS names (a UInt8) ENGINE = MergeTree ORDER BY a', 'main')).toContain("ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}') ORDER BY a");
    expect(onCluster('ALTER TABLE calls MODIFY SETTING x = 1', 'main')).toBe("ALTER TABLE calls ON CLUSTER 'main' MODIFY SETTING x = 1");
  });

  it('is refused when it would run on one server only', () => {
    expect(() => onCluster('INSERT INTO calls SELECT 1', 'main')).toThrow(/must begin with/);
    expect(() => onCluster('CREATE TABLE calls (a UInt8) ENGINE = Memory', 'main')).toThrow(/must begin with/);
  });
});

describe('every migration', () => {
  let directory: string;
  let store: AnalyticsStore;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'understudy-migrations-'));
    store = openChdbStore(directory);
  });
  afterAll(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each(readMigrations().flatMap(({ name, statements }) => statements.map((statement) => [name, statement] as const)))('(%s) is understood by ClickHouse on a cluster', async (_, statement) => {
    const changed = onCluster(statement, 'main');
    const [parsed] = await store.query<{ text: string }>('SELECT formatQuery({changed:String}) AS text', { changed });
    expect(parsed?.text).toContain('ON CLUSTER main');
    if (!statement.startsWith('CREATE')) return;
    expect(parsed?.text).toMatch(/ENGINE = Replicated\w*MergeTree\('\/clickhouse\/tables\/\{shard\}\/\{database\}\/\{table\}', '\{replica\}'(, \w+)?\)/);
  });
});
