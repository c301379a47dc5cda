import { Command } from 'commander';
import { policyJsonSchema } from '@understudy/contracts/policy';
import { jsonOption } from '../api-client.ts';
import { readPolicy } from '../policy-file/read-policy.ts';

export function policyCommand(): Command {
  const command = new Command('policy').description('check a policy file, or print its JSON Schema');
  command.command('check <file>').description('checks a policy file; exit 3 with file:line:column when it is not valid').addOption(jsonOption()).action((file: string, options: { json?: boolean }) => {
    const { policy, hash } = readPolicy(file);
    if (options.json) console.log(JSON.stringify({ ok: true, hash, policy }));
    else console.log(`${file} is valid: ${Object.keys(policy.routes).length} routes, ${policy.falseFailoversPer90Days} false failovers in 90 days are acceptable`);
  });
  command.command('schema').description('prints the JSON Schema of the policy file').addOption(jsonOption()).action(() => console.log(JSON.stringify(policyJsonSchema(), null, 2)));
  return command;
}
