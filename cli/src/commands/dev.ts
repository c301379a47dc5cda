import { Command } from 'commander';
import { jsonOption } from '../api-client.ts';
import { serverEnvironment } from '../environment.ts';
import { policyFileOf, policyOption } from '../policy-file/policy-file-option.ts';
import { runServer, sayOnStandardError } from '../server/run-server.ts';
import { portNumber } from '../server/server-address.ts';
import { startDev } from '../server/start-dev.ts';

interface DevFlags {
  readonly data?: string;
  readonly policy?: string;
  readonly host: string;
  readonly port: number;
  readonly otlpPort: number;
  readonly json?: boolean;
}

export function devCommand(): Command {
  return new Command('dev')
    .description('collector and evaluator in one process, with a data directory')
    .option('--data <directory>', 'where everything is kept (default ./.understudy)')
    .addOption(policyOption())
    .option('--host <host>', 'address to listen on; anything but loopback needs UNDERSTUDY_ADMIN_TOKEN', '127.0.0.1')
    .option('--port <number>', 'port of the API', portNumber, 4319)
    .option('--otlp-port <number>', 'port for telemetry', portNumber, 4318)
    .addOption(jsonOption())
    .action(run);
}

async function run(flags: DevFlags): Promise<void> {
  const environment = serverEnvironment();
  const say = sayOnStandardError;
  const policyFile = policyFileOf(flags.policy ?? environment.policyFile);
  const dataDirectory = flags.data ?? environment.dataDirectory ?? '.understudy';
  await runServer(async () => {
    const running = await startDev({ ...environment, dataDirectory, policyFile, host: flags.host, port: flags.port, otlpPort: flags.otlpPort, say });
    if (flags.json) console.log(JSON.stringify({ event: 'ready', ui: running.apiUrl, otlp: running.otlpUrl, api: running.apiUrl, pid: process.pid }));
    say(`listening: API ${running.apiUrl}, telemetry (OTLP/HTTP) ${running.otlpUrl}`);
    say(`public key, to pin in applications (UNDERSTUDY_PUBLIC_KEY): ${running.publicKey}`);
    say(`policy: ${policyFile ?? 'none (every route in mode suggest)'}; data: ${dataDirectory}`);
    return running;
  });
}
