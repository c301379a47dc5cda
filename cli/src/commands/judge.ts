import { Command } from 'commander';
import { callApi, jsonOption, urlOption } from '../api-client.ts';
import { clock, printable, short, table } from '../table.ts';

interface JudgedTarget {
  readonly route: string;
  readonly target: string;
  readonly answers: number;
  readonly judged: number;
  readonly coverage: number | null;
  readonly meanScore: number | null;
  readonly errors: number;
  readonly skipped: number;
  readonly excluded: number;
  readonly spentUsd: number;
  readonly reasons: Readonly<Record<string, number>>;
}

interface JudgeAnswer {
  readonly model?: string;
  readonly health: string;
  readonly text: string;
  readonly sinceMs?: number;
  readonly anchorsPassedAtMs?: number;
  readonly today: { readonly judged: number; readonly spentUsd: number; readonly calls?: number; readonly waiting?: number; readonly budget?: { readonly usdPerDay: number; readonly callsPerDay: number } };
  readonly items: readonly JudgedTarget[];
}

const HEADER = ['ROUTE', 'TARGET', 'ANSWERS', 'JUDGED', 'SHARE', 'MEAN SCORE', 'ERRORS', 'SKIPPED', 'EXCLUDED', 'USD', 'WHY NOT'];

export function judgeCommand(): Command {
  return new Command('judge').description('the judge: its health, what it cost today, how much it has seen').addOption(urlOption()).addOption(jsonOption()).action(async (options: { url: string; json?: boolean }) => {
    const answer = await callApi<JudgeAnswer>(options.url, 'GET', '/v1/judge');
    if (options.json) console.log(JSON.stringify(answer));
    else console.log([...headLines(answer), ...(answer.items.length === 0 ? [] : ['', table(HEADER, answer.items.map(cells))])].join('\n'));
  });
}

function headLines({ model, health, text, sinceMs, anchorsPassedAtMs, today }: JudgeAnswer): string[] {
  if (model === undefined) return [printable(text)];
  const since = sinceMs === undefined ? '' : ` since ${clock(sinceMs)}`;
  const lines = [printable(`${model}: ${health}${since}${text === '' ? '' : ` (${text})`}`)];
  if (anchorsPassedAtMs !== undefined) lines.push(`judged its anchors as ever: ${clock(anchorsPassedAtMs)}`);
  if (today.budget !== undefined) lines.push(`today (UTC): ${today.calls ?? today.judged} of at most ${today.budget.callsPerDay} judgements, ${short(today.spentUsd)} of at most ${short(today.budget.usdPerDay)} USD`);
  if ((today.waiting ?? 0) > 0) lines.push(`waiting to be judged: ${today.waiting}`);
  return lines;
}

function cells(target: JudgedTarget): string[] {
  const reasons = Object.entries(target.reasons).toSorted(([, one], [, other]) => other - one).map(([reason, calls]) => `${reason} ${calls}`);
  return [
    target.route, target.target, String(target.answers), String(target.judged), target.coverage === null ? '' : `${short(100 * target.coverage)} %`, short(target.meanScore),
    String(target.errors), String(target.skipped), String(target.excluded), short(target.spentUsd), reasons.join(', '),
  ];
}
