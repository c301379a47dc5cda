import { Command } from 'commander';
import { verifyDecisions } from '@understudy/evaluator/verify/verify-decisions';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { jsonOption } from '../api-client.ts';
import { kafkaEnvironment, namesKafka, serverEnvironment } from '../environment.ts';
import { EXIT } from '../exit-codes.ts';
import { sayOnStandardError } from '../server/run-server.ts';
import { openServerLog } from '../server/server-log.ts';
import { printable } from '../table.ts';

export function verifyCommand(): Command {
  return new Command('verify')
    .description('fold the stored evidence again and compare every decision and the states of all detectors; reads only, also beside running servers; exit 1 when any differs')
    .option('--data <directory>', 'the data directory of dev (default ./.understudy); without it the log of KAFKA_BROKERS, where that is set')
    .addOption(jsonOption())
    .action(async (flags: { data?: string; json?: boolean }) => {
      const log = await openStoredLog(flags.data);
      try {
        const result = await verifyDecisions(log);
        if (flags.json) console.log(JSON.stringify({ decisions: result.decisions, different: result.differences.length }));
        else console.log(`${result.decisions} decisions compared, ${result.differences.length} different`);
        for (const difference of result.differences.slice(0, 20)) console.error(printable(difference));
        if (result.differences.length > 0) process.exitCode = EXIT.failed;
      } finally {
        await log.close();
      }
    });
}

function openStoredLog(directory: string | undefined): Promise<EventLog> {
  if (directory === undefined && namesKafka()) return openServerLog(kafkaEnvironment(), sayOnStandardError);
  return Promise.resolve(openSqliteLog({ directory: directory ?? serverEnvironment().dataDirectory ?? '.understudy', readOnly: true }));
}
