import { Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '@understudy/contracts/duration';
import { callApi, jsonOption, urlOption } from '../api-client.ts';
import { printable, table } from '../table.ts';

interface Shared {
  readonly url: string;
  readonly json?: boolean;
}
type Timed = Shared & { readonly for: number; readonly reason: string };

/** The server's limit: a pin or a freeze that is forgotten ends by itself. */
const MAX_MS = 7 * 86_400_000;

const reasonOption = () => new Option('--reason <text>', 'why, for the record (required)').makeOptionMandatory();
const forOption = () => new Option('--for <duration>', 'how long, such as 30m or 2h, at most 7d (required)').argParser(secondsOf).makeOptionMandatory();

export function overrideCommand(): Command {
  const command = new Command('override').description('list, pin, release, freeze, unfreeze, apply');
  const sub = (usage: string, text: string) => command.command(usage).description(text).addOption(urlOption()).addOption(jsonOption());
  sub('list', 'who serves each route that is not in the application\'s order').action(list);
  sub('pin <route> <target>', 'let one target serve a route, whatever the statistics say').addOption(forOption()).addOption(reasonOption())
    .action((route: string, target: string, options: Timed) => send(options, 'POST', `/v1/routes/${encodeURIComponent(route)}/pin`, { target, forSeconds: options.for, reason: options.reason }, `${route} is pinned to ${target}`));
  sub('release <route>', 'end a pin').action((route: string, options: Shared) => send(options, 'DELETE', `/v1/routes/${encodeURIComponent(route)}/pin`, {}, `${route} is released`));
  sub('freeze', 'let no route leave its primary').addOption(forOption()).addOption(reasonOption())
    .action((options: Timed) => send(options, 'POST', '/v1/freeze', { forSeconds: options.for, reason: options.reason }, 'frozen: no new override is published'));
  sub('unfreeze', 'end a freeze').action((options: Shared) => send(options, 'DELETE', '/v1/freeze', {}, 'no longer frozen'));
  sub('apply <route> <incident>', 'apply what mode suggest has proposed').addOption(reasonOption())
    .action((route: string, incidentId: string, options: Timed) => send(options, 'POST', `/v1/routes/${encodeURIComponent(route)}/apply`, { incidentId, reason: options.reason }, `the proposal of ${incidentId} is applied; \`understudy status\` shows the shares, which grow as the policy's ramp says`));
  return command;
}

interface Listed {
  readonly route: string;
  readonly state: string;
  readonly entry?: { readonly targets: readonly { readonly id: string; readonly percent: number; readonly purpose: string }[]; readonly reason: string };
}

async function list(options: Shared): Promise<void> {
  const items = (await callApi<{ items: Listed[] }>(options.url, 'GET', '/v1/routes')).items.filter((item) => item.entry !== undefined);
  if (options.json) console.log(JSON.stringify({ items: items.map(({ route, state, entry }) => ({ route, state, ...entry })) }));
  else if (items.length === 0) console.log('no overrides: every route is in its application\'s own order');
  else console.log(table(['ROUTE', 'STATE', 'TARGETS', 'REASON'], items.map((item) => [item.route, item.state, (item.entry?.targets ?? []).map(({ id, percent, purpose }) => `${id} ${percent} % ${purpose}`).join(', '), item.entry?.reason ?? ''])));
}

async function send(options: Shared, method: 'POST' | 'DELETE', path: string, body: unknown, done: string): Promise<void> {
  const answer = await callApi<object>(options.url, method, path, body);
  console.log(options.json ? JSON.stringify(answer) : printable(done));
}

function secondsOf(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined || ms < 1000 || ms > MAX_MS) throw new InvalidArgumentError('give a duration such as 30m or 2h, at most 7d');
  return Math.round(ms / 1000);
}
