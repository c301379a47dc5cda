import { Command } from 'commander';
import { callApi, jsonOption, urlOption } from '../api-client.ts';
import { clock, table } from '../table.ts';

interface RouteItem {
  readonly route: string;
  readonly state: string;
  readonly mode: string;
  readonly primary?: string;
  readonly incidentId?: string;
  readonly suggestion?: string;
  readonly pin?: { readonly target: string };
  readonly frozen?: { readonly untilMs?: number; readonly reason: string };
  readonly entry?: { readonly targets: readonly { readonly id: string; readonly percent: number; readonly purpose: string }[] };
  readonly learning?: { readonly calls: number; readonly needed: number };
}

export function statusCommand(): Command {
  return new Command('status').description('every route: its state, who serves it, what is learned').addOption(urlOption()).addOption(jsonOption()).action(async (options: { url: string; json?: boolean }) => {
    const { items } = await callApi<{ items: RouteItem[] }>(options.url, 'GET', '/v1/routes');
    if (options.json) console.log(JSON.stringify({ items }));
    else if (items.length === 0) console.log('no calls have arrived yet: point an application at this system (README, "Add it to an application")');
    else console.log(table(['ROUTE', 'STATE', 'MODE', 'SERVED BY', 'NOTE'], items.map((item) => [item.route, item.state, item.mode, servedBy(item), noteOf(item)])));
  });
}

function servedBy(item: RouteItem): string {
  if (item.entry === undefined) return `${item.primary ?? '?'} (the application's order)`;
  return item.entry.targets.map((target) => `${target.id} ${target.percent} %${target.purpose === 'serve' ? '' : ` ${target.purpose}`}`).join(', ');
}

function noteOf(item: RouteItem): string {
  const notes = [
    item.learning === undefined ? '' : `learning: ${item.learning.calls} of ${item.learning.needed} calls`,
    item.pin === undefined ? '' : `pinned to ${item.pin.target}`,
    item.frozen === undefined ? '' : `frozen${item.frozen.untilMs === undefined ? '' : ` until ${clock(item.frozen.untilMs)}`}`,
    item.incidentId === undefined ? '' : `incident ${item.incidentId}`,
    item.suggestion === undefined ? '' : `proposed: ${item.suggestion}`,
  ];
  return notes.filter((note) => note !== '').join('; ');
}
