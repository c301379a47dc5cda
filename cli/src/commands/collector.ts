import { Command } from 'commander';
import { jsonOption } from '../api-client.ts';
import { kafkaEnvironment, serverEnvironment } from '../environment.ts';
import { runServer, sayOnStandardError } from '../server/run-server.ts';
import { portNumber } from '../server/server-address.ts';
import { startCollector } from '../server/start-collector.ts';
import { openServerLog } from '../server/server-log.ts';

interface CollectorFlags {
  readonly host: string;
  readonly otlpPort: number;
  readonly json?: boolean;
}

export function collectorCommand(): Command {
  return new Command('collector')
    .description('takes telemetry (OTLP/HTTP) and writes it to Kafka; KAFKA_BROKERS says where')
    .option('--host <host>', 'address to listen on; anything but loopback needs UNDERSTUDY_INGEST_TOKEN', '127.0.0.1')
    .option('--otlp-port <number>', 'port for telemetry, health and metrics', portNumber, 4318)
    .addOption(jsonOption())
    .action(run);
}

async function run(flags: CollectorFlags): Promise<void> {
  const say = sayOnStandardError;
  const kafka = kafkaEnvironment();
  const { adminToken, ingestToken } = serverEnvironment();
  await runServer(async () => {
    const running = await startCollector({ openLog: () => openServerLog(kafka, say), host: flags.host, otlpPort: flags.otlpPort, adminToken, ingestToken, say });
    if (flags.json) console.log(JSON.stringify({ event: 'ready', otlp: running.otlpUrl, pid: process.pid }));
    say(`listening: telemetry (OTLP/HTTP) ${running.otlpUrl}, event log Kafka at ${kafka.brokers.join(', ')}`);
    return running;
  });
}
