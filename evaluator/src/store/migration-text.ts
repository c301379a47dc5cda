/** The statements of a migration file: each ends with a semicolon at the end of a line, or with the file. Lines that are comments are left out. */
export function statementsOf(file: string): string[] {
  const code = file.split('\n').filter((line) => !/^\s*--/.test(line)).join('\n');
  return code.split(/;[ \t]*$/m).map((statement) => statement.trim()).filter((statement) => statement !== '');
}

const TABLE_STATEMENT = /^(CREATE TABLE IF NOT EXISTS|ALTER TABLE) ([a-z_]+)(?=\s)/;
const ENGINE = /\bENGINE = ([A-Za-z]*MergeTree)\b(?:\(([^)]*)\))?/;
/** By name, not by ClickHouse's own default, the table's UUID: a replica that is added later makes its table by the same statement, with another UUID. */
const KEEPER_PATH = '/clickhouse/tables/{shard}/{database}/{table}';

/** The same statement for every server of a cluster, its tables replicas of each other. */
export function onCluster(statement: string, cluster: string): string {
  // What is run on one server only would leave the others without it, in silence.
  if (!TABLE_STATEMENT.test(statement)) throw new Error(`a migration must begin with CREATE TABLE IF NOT EXISTS or ALTER TABLE to run on a cluster: ${statement.slice(0, 60)}`);
  return statement
    .replace(TABLE_STATEMENT, (_, verb: string, table: string) => `${verb} ${table} ON CLUSTER '${cluster}'`)
    .replace(ENGINE, (_, engine: string, version?: string) => `ENGINE = Replicated${engine}('${KEEPER_PATH}', '{replica}'${version ? `, ${version}` : ''})`);
}
