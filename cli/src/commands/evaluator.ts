import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROLE_NAMES, type RoleName } from '@understudy/evaluator/roles/role-names';
import { openClickHouseStore } from '@understudy/evaluator/store/clickhouse-store';
import { Command, InvalidArgumentError } from 'commander';
import { jsonOption } from '../api-client.ts';
import { clickHouseEnvironment, kafkaEnvironment, serverEnvironment } from '../environment.ts';
import { runServer, sayOnStandardError } from '../server/run-server.ts';
import { portNumber } from '../server/server-address.ts';
import { openServerLog } from '../server/server-log.ts';
import { startEvaluatorServer } from '../server/start-evaluator.ts';

interface EvaluatorFlags {
  readonly roles: ReadonlySet<RoleName>;
  readonly policy?: string;
  readonly host: string;
  readonly port: number;
  readonly json?: boolean;
}

const DEFAULT_POLICY_FILE = 'understudy.yaml';

export function evaluatorCommand(): Command {
  return new Command('evaluator')
    .description('scores, decides, publishes and answers, over Kafka and ClickHouse; any number of processes share the work')
    .option('--roles <names>', `what this process does: ${ROLE_NAMES.join(',')} (default all)`, roleNames, new Set(ROLE_NAMES))
    .option('--policy <file>', `policy file (default ${DEFAULT_POLICY_FILE} where there is one); the same for every process`)
    .option('--host <host>', 'address to listen on; anything but loopback needs UNDERSTUDY_ADMIN_TOKEN', '127.0.0.1')
    .option('--port <number>', 'port of the API, health and metrics', portNumber, 4319)
    .addOption(jsonOption())
    .action(run);
}

async function run(flags: EvaluatorFlags): Promise<void> {
  const say = sayOnStandardError;
  const kafka = kafkaEnvironment();
  const environment = serverEnvironment();
  const policyFile = flags.policy ?? environment.policyFile ?? (existsSync(DEFAULT_POLICY_FILE) ? DEFAULT_POLICY_FILE : undefined);
  const signingKeyFile = environment.signingKeyFile ?? join(environment.dataDirectory ?? '.understudy', 'signing-key.pem');
  await runServer(async () => {
    const running = await startEvaluatorServer({
      roles: flags.roles, openLog: () => openServerLog(kafka, say), openStore: () => openClickHouseStore(clickHouseEnvironment()),
      policyFile, signingKeyFile, host: flags.host, port: flags.port, adminToken: environment.adminToken, ingestToken: environment.ingestToken, say,
    });
    const roles = [...flags.roles];
    if (flags.json) console.log(JSON.stringify({ event: 'ready', api: running.apiUrl, roles, pid: process.pid }));
    say(`listening: ${flags.roles.has('api') ? 'API' : 'health and metrics'} ${running.apiUrl}; roles ${roles.join(', ')}; event log Kafka at ${kafka.brokers.join(', ')}`);
    if (running.publicKey !== undefined) say(`public key, to pin in applications (UNDERSTUDY_PUBLIC_KEY): ${running.publicKey}`);
    if (flags.roles.has('controller')) say(`policy: ${policyFile ?? 'none (every route in mode suggest)'}`);
    return running;
  });
}

function roleNames(text: string): ReadonlySet<RoleName> {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const isRole = (name: string): name is RoleName => (ROLE_NAMES as readonly string[]).includes(name);
  const unknown = names.find((name) => !isRole(name));
  if (unknown !== undefined || names.length === 0) throw new InvalidArgumentError(`${unknown === undefined ? 'no role is named' : `there is no role ${unknown}`}; there are ${ROLE_NAMES.join(', ')}`);
  return new Set(names.filter(isRole));
}
