import { Command } from 'commander';
import { verifyDecisions } from '@understudy/evaluator/verify/verify-decisions';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { jsonOption } from '../api-client.ts';
import { serverEnvironment } from '../environment.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../table.ts';

export function verifyCommand(): Command {
  return new Command('verify')
    .description('fold the stored evidence again and compare every decision; reads only, also beside a running dev; exit 1 when any differs')
    .option('--data <directory>', 'the data directory (default ./.understudy)')
    .addOption(jsonOption())
    .action(async (flags: { data?: string; json?: boolean }) => {
      const log = openSqliteLog({ directory: flags.data ?? serverEnvironment().dataDirectory ?? '.understudy', readOnly: true });
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
