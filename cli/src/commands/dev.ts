import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { jsonOption } from '../api-client.ts';
import { startDev } from '../dev/start-dev.ts';
import { isStartedByNpm, serverEnvironment } from '../environment.ts';
import { EXIT } from '../exit-codes.ts';
import { printableLines } from '../table.ts';

interface DevFlags {
  readonly data?: string;
  readonly policy?: string;
  readonly host: string;
  readonly port: number;
  readonly otlpPort: number;
  readonly json?: boolean;
}

const PARENT_POLL_MS = 500;
const DEFAULT_POLICY_FILE = 'understudy.yaml';

export function devCommand(): Command {
  return new Command('dev')
    .description('collector and evaluator in one process, with a data directory')
    .option('--data <directory>', 'where everything is kept (default ./.understudy)')
    .option('--policy <file>', `policy file (default ${DEFAULT_POLICY_FILE} where there is one)`)
    .option('--host <host>', 'address to listen on; anything but loopback needs UNDERSTUDY_ADMIN_TOKEN', '127.0.0.1')
    .option('--port <number>', 'port of the API', portNumber, 4319)
    .option('--otlp-port <number>', 'port for telemetry', portNumber, 4318)
    .addOption(jsonOption())
    .action(run);
}

async function run(flags: DevFlags): Promise<void> {
  // What is stored may hold users' text: for the owner only, whatever the directory allows.
  process.umask(0o077);
  const environment = serverEnvironment();
  const say = (text: string) => console.error(printableLines(`understudy: ${text}`));
  const policyFile = flags.policy ?? environment.policyFile ?? (existsSync(DEFAULT_POLICY_FILE) ? DEFAULT_POLICY_FILE : undefined);
  const dataDirectory = flags.data ?? environment.dataDirectory ?? '.understudy';
  // Before anybody is told that it is ready: a stop is a clean one from then on.
  const stopped = stopSignal();
  const running = await startDev({ ...environment, dataDirectory, policyFile, host: flags.host, port: flags.port, otlpPort: flags.otlpPort, say });
  if (flags.json) console.log(JSON.stringify({ event: 'ready', ui: running.apiUrl, otlp: running.otlpUrl, api: running.apiUrl, pid: process.pid }));
  say(`listening: API ${running.apiUrl}, telemetry (OTLP/HTTP) ${running.otlpUrl}`);
  say(`public key, to pin in applications (UNDERSTUDY_PUBLIC_KEY): ${running.publicKey}`);
  say(`policy: ${policyFile ?? 'none (every route in mode suggest)'}; data: ${dataDirectory}`);
  await stopped;
  say('stopping');
  await running.stop();
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => {
      process.exitCode = EXIT.interrupted;
      resolve();
    });
    if (isStartedByNpm()) whenParentEnds(() => resolve());
  });
}

function whenParentEnds(then: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    then();
  }, PARENT_POLL_MS).unref();
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return port;
}
