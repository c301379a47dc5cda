import { Command, InvalidArgumentError } from 'commander';
import { type Policy, policyJsonSchema } from '@understudy/contracts/policy';
import { expectedProbes } from '@understudy/evaluator/policy/expected-probes';
import { type JudgeWarning, judgeWarnings } from '@understudy/evaluator/judge/judge-warnings';
import { type ThresholdWarning, thresholdWarnings } from '@understudy/evaluator/windows/threshold-warnings';
import { jsonOption } from '../api-client.ts';
import { readPolicy } from '../policy-file/read-policy.ts';
import { policyHeuristics } from '../server/policy-heuristics.ts';
import { printable, short, table } from '../table.ts';

interface CheckFlags {
  readonly json?: boolean;
  readonly callsPerMinute: number;
}

export function policyCommand(): Command {
  const command = new Command('policy').description('check a policy file, or print its JSON Schema');
  command.command('check <file>')
    .description('checks a policy file and loads its heuristics, and says what a recovery takes on each route; exit 3 with file:line:column when it is not valid')
    .option('--calls-per-minute <number>', 'traffic of a route, for the time that a recovery takes', positiveNumber, 60)
    .addOption(jsonOption())
    .action(async (file: string, flags: CheckFlags) => {
      const loaded = readPolicy(file);
      const { policy, hash } = loaded;
      // A server does not start with a heuristic that cannot be loaded.
      await policyHeuristics(file, () => loaded, () => undefined);
      const recovery = Object.keys(policy.routes).map((route) => ({ route, signals: expectedProbes(policy, route, flags.callsPerMinute) }));
      const warnings = [...thresholdWarnings(policy), ...judgeWarnings(policy)];
      if (flags.json) console.log(JSON.stringify({ ok: true, hash, policy, recovery, warnings }));
      else console.log([describe(file, policy, recovery, flags.callsPerMinute), ...warnings.map(warningText)].join('\n'));
    });
  command.command('schema').description('prints the JSON Schema of the policy file').addOption(jsonOption()).action(() => console.log(JSON.stringify(policyJsonSchema(), null, 2)));
  return command;
}

function warningText(warning: ThresholdWarning | JudgeWarning): string {
  const { route, text } = warning;
  return printable(`warning: ${route === undefined ? '' : `${route}: `}${'rule' in warning ? `nothing will be said about "${warning.rule}": ` : ''}${text}`);
}

type Recovery = readonly { readonly route: string; readonly signals: ReturnType<typeof expectedProbes> }[];

function describe(file: string, policy: Policy, recovery: Recovery, callsPerMinute: number): string {
  const routes = Object.keys(policy.routes).length;
  const summary = `${file} is valid: ${routes} ${routes === 1 ? 'route' : 'routes'}, at most ${policy.falseFailoversPer90Days} false ${policy.falseFailoversPer90Days === 1 ? 'failover' : 'failovers'} in 90 days.`;
  if (routes === 0) return summary;
  const rows = recovery.flatMap(({ route, signals }) => signals.map(({ signal, nullRate, probes, minutes }) => [route, signal, short(nullRate), String(probes), durationText(minutes)]));
  return `${summary}\n\nTo come back, a primary has to show that it is below the rate again. With ${callsPerMinute} calls a minute and no failed probe that takes:\n\n${table(['ROUTE', 'SIGNAL', 'RATE', 'PROBES', 'TIME'], rows)}`;
}

function durationText(minutes: number): string {
  if (!Number.isFinite(minutes)) return 'never: no probes';
  if (minutes < 1.5) return `${Math.ceil(minutes * 60)} s`;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('give a number above 0');
  return value;
}
