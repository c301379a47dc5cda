import { join } from 'node:path';
import { ROLE_NAMES, type RoleName } from '@understudy/evaluator/roles/role-names';
import { openClickHouseStore } from '@understudy/evaluator/store/clickhouse-store';
import { Command, InvalidArgumentError } from 'commander';
import { jsonOption } from '../api-client.ts';
import { clickHouseEnvironment, kafkaEnvironment, serverEnvironment } from '../environment.ts';
import { policyFileOf, policyOption } from '../policy-file/policy-file-option.ts';
import { runServer, sayOnStandardError } from '../server/run-server.ts';
import { portNumber } from '../server/server-address.ts';
import { openServerLog } from '../server/server-log.ts';
import { startEvaluatorServer } from '../server/start-evaluator.ts';

interface EvaluatorFlags {
  readonly roles?: ReadonlySet<RoleName>;
  readonly policy?: string;
  readonly host: string;
  readonly port: number;
  readonly json?: boolean;
}

export function evaluatorCommand(): Command {
  return new Command('evaluator')
    .description('scores, decides, publishes and answers, over Kafka and ClickHouse; any number of processes share the work')
    .option('--roles <names>', `what this process does: ${ROLE_NAMES.join(',')} (default all)`, roleNames)
    .addOption(policyOption('; the same for every process'))
    .option('--host <host>', 'address to listen on; with the role api anything but loopback needs UNDERSTUDY_ADMIN_TOKEN', '127.0.0.1')
    .option('--port <number>', 'port of the API, health and metrics', portNumber, 4319)
    .addOption(jsonOption())
    .action(run);
}

async function run(flags: EvaluatorFlags): Promise<void> {
  const say = sayOnStandardError;
  const kafka = kafkaEnvironment();
  const roles = flags.roles ?? new Set(ROLE_NAMES);
  const environment = serverEnvironment();
  const policyFile = policyFileOf(flags.policy ?? environment.policyFile);
  const signingKeyFile = environment.signingKeyFile ?? join(environment.dataDirectory ?? '.understudy', 'signing-key.pem');
  await runServer(async () => {
    const running = await startEvaluatorServer({
      roles, openLog: () => openServerLog(kafka, say), openStore: () => openClickHouseStore(clickHouseEnvironment()),
      policyFile, signingKeyFile, host: flags.host, port: flags.port, adminToken: environment.adminToken, ingestToken: environment.ingestToken, publicUrl: environment.publicUrl, say,
    });
    if (flags.json) console.log(JSON.stringify({ event: 'ready', api: running.apiUrl, roles: [...roles], pid: process.pid }));
    say(`listening: ${roles.has('api') ? 'API' : 'health and metrics'} ${running.apiUrl}; roles ${[...roles].join(', ')}; event log Kafka at ${kafka.brokers.join(', ')}`);
    if (running.publicKey !== undefined) say(`public key, to pin in applications (UNDERSTUDY_PUBLIC_KEY): ${running.publicKey}`);
    if (roles.has('controller')) say(`policy: ${policyFile ?? 'none (every route in mode suggest)'}`);
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
