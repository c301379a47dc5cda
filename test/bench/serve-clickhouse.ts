// ClickHouse's HTTP interface before the engine, a process of its own: node serve-clickhouse.ts DIRECTORY. Says where it is as one JSON object.
import { startClickHouseHttp } from '../support/clickhouse-http/clickhouse-http.ts';

const front = await startClickHouseHttp({ directory: process.argv[2] ?? '', forgets: true });
console.log(JSON.stringify({ url: front.url }));
process.once('SIGTERM', () => void front.close().then(() => process.exit()));
