import { Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '@understudy/contracts/duration';
import { callApi, jsonOption, urlOption } from '../api-client.ts';
import { EXIT } from '../exit-codes.ts';
import { clock, printable, table } from '../table.ts';

interface Shared {
  readonly url: string;
  readonly json?: boolean;
}
type Timed = Shared & { readonly for: number; readonly reason: string };

/** The server's limit: a silence that is forgotten ends by itself. */
const MAX_MS = 7 * 86_400_000;
/** A test makes up to two requests of 5 s to each receiver, to all of them at the same time. */
const TEST_TIMEOUT_MS = 15_000;

export function alertCommand(): Command {
  const command = new Command('alert').description('list, test, silence, unsilence');
  const sub = (usage: string, text: string) => command.command(usage).description(text).addOption(urlOption()).addOption(jsonOption());
  sub('list', 'who is told of incidents, what could not be delivered, what is silenced').action(list);
  sub('test', 'send a test alert to every receiver of the policy').option('--receiver <name>', 'only to this one').action(test);
  sub('silence [route]', 'tell nobody about a route, or about anything; what is still open then is told when it ends')
    .addOption(new Option('--for <duration>', 'how long, such as 30m or 2h, at most 7d (required)').argParser(secondsOf).makeOptionMandatory())
    .addOption(new Option('--reason <text>', 'why, for the record (required)').makeOptionMandatory())
    .action((route: string | undefined, options: Timed) => send(options, 'POST', { ...named(route), forSeconds: options.for, reason: options.reason }, `${route ?? 'everything'} is silenced`));
  sub('unsilence [route]', 'end the silence of a route, or every silence').action((route: string | undefined, options: Shared) => send(options, 'DELETE', named(route), `${route ?? 'nothing'} is ${route === undefined ? '' : 'not '}silenced any more`));
  return command;
}

interface Receiver {
  readonly receiver: string;
  readonly kind: string;
  readonly address: string;
  readonly delivered: number;
  readonly pending: number;
  readonly lastSuccessAtMs?: number;
  readonly lastFailure?: { readonly atMs: number; readonly reason: string };
  readonly deadLetterCount: number;
  readonly deadLetters: readonly { readonly atMs: number; readonly change: string; readonly incidentIds: readonly string[]; readonly reason: string }[];
}
interface Alerts {
  readonly items: readonly Receiver[];
  readonly silences: readonly { readonly route?: string; readonly untilMs: number; readonly reason: string }[];
}

async function list(options: Shared): Promise<void> {
  const alerts = await callApi<Alerts>(options.url, 'GET', '/v1/alerts');
  if (options.json) {
    console.log(JSON.stringify(alerts));
    return;
  }
  const { items, silences } = alerts;
  console.log(items.length === 0 ? 'the policy names no receivers: nobody is told' : table(['RECEIVER', 'KIND', 'TO', 'DELIVERED', 'PENDING', 'GIVEN UP', 'LAST'], items.map((item) => [item.receiver, item.kind, item.address, String(item.delivered), String(item.pending), String(item.deadLetterCount), lastOf(item)])));
  for (const { receiver, deadLetters } of items) for (const dead of deadLetters) console.log(printable(`given up ${clock(dead.atMs)}: ${receiver}, ${dead.change} of ${dead.incidentIds.join(', ')}: ${dead.reason}`));
  for (const { route, untilMs, reason } of silences) console.log(printable(`${route ?? 'everything'} is silenced until ${clock(untilMs)}: ${reason}`));
}

function lastOf({ lastSuccessAtMs, lastFailure }: Receiver): string {
  if (lastFailure !== undefined && lastFailure.atMs > (lastSuccessAtMs ?? 0)) return `failed ${clock(lastFailure.atMs)}: ${lastFailure.reason}`;
  return lastSuccessAtMs === undefined ? '' : `delivered ${clock(lastSuccessAtMs)}`;
}

interface Tested {
  readonly receiver: string;
  readonly kind: string;
  readonly ok: boolean;
  readonly reason?: string;
}

async function test(options: Shared & { readonly receiver?: string }): Promise<void> {
  const answer = await callApi<{ items: Tested[] }>(options.url, 'POST', '/v1/alerts/test', options.receiver === undefined ? {} : { receiver: options.receiver }, TEST_TIMEOUT_MS);
  if (options.json) console.log(JSON.stringify(answer));
  else for (const { receiver, kind, ok, reason } of answer.items) console.log(printable(`${ok ? '✓' : '✗'} ${receiver} (${kind}): ${ok ? 'delivered' : (reason ?? 'failed')}`));
  if (answer.items.some(({ ok }) => !ok)) process.exitCode = EXIT.failed;
}

async function send(options: Shared, method: 'POST' | 'DELETE', body: unknown, done: string): Promise<void> {
  const answer = await callApi<object>(options.url, method, '/v1/silences', body);
  console.log(options.json ? JSON.stringify(answer) : printable(done));
}

function named(route: string | undefined): { route?: string } {
  return route === undefined ? {} : { route };
}

function secondsOf(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined || ms < 1000 || ms > MAX_MS) throw new InvalidArgumentError('give a duration such as 30m or 2h, at most 7d');
  return Math.round(ms / 1000);
}
