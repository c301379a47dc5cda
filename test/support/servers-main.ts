import { KafkaBroker } from './kafka-broker/kafka-broker.ts';
import { startServers } from './demo-servers.ts';

// npm run servers: a real Kafka broker and ClickHouse's engine behind its HTTP interface, on this machine until Ctrl-C, to try what runs over them. Standard output
// is what a shell has to be told.
const broker = await KafkaBroker.start();
const servers = await startServers([broker.brokers]);
for (const [name, value] of Object.entries(servers.environment)) console.log(`export ${name}=${value}`);
console.error('understudy: these servers run until Ctrl-C, and forget everything then');
const stop = (code: number) => () => {
  void servers.close().then(() => broker.stop()).then(() => process.exit(code));
};
process.once('SIGINT', stop(130));
process.once('SIGTERM', stop(0));
