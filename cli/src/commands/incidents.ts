import { Command } from 'commander';
import type { Incident } from '@understudy/contracts/incident';
import { callApi, jsonOption, urlOption } from '../api-client.ts';
import { signalLevel } from '../signal-level.ts';
import { clock, printable, short, table } from '../table.ts';

export function incidentsCommand(): Command {
  return new Command('incidents').description('incidents, newest first, or one of them').argument('[id]', 'one incident').addOption(urlOption()).addOption(jsonOption()).action(async (id: string | undefined, options: { url: string; json?: boolean }) => {
    if (id === undefined) {
      const { items } = await callApi<{ items: Incident[] }>(options.url, 'GET', '/v1/incidents');
      if (options.json) console.log(JSON.stringify({ items }));
      else console.log(items.length === 0 ? 'no incidents' : table(['ID', 'STATE', 'ROUTE', 'TARGET', 'SIGNAL', 'WAS', 'IS', 'SINCE'], items.map((item) => [item.incidentId, item.state, item.route, item.target, item.signals.join('+'), signalLevel(item.signal, item.baseline), signalLevel(item.signal, item.observed), clock(item.openedAtMs)])));
      return;
    }
    const incident = await callApi<Incident>(options.url, 'GET', `/v1/incidents/${encodeURIComponent(id)}`);
    console.log(options.json ? JSON.stringify(incident) : describe(incident));
  });
}

function describe(incident: Incident): string {
  const lines = [
    `${incident.incidentId}: ${incident.state}, ${incident.route}`,
    `${incident.signal} of ${incident.target}: was ${signalLevel(incident.signal, incident.baseline)}, is ${signalLevel(incident.signal, incident.observed)} (statistic ${short(incident.statistic)}, threshold ${short(incident.threshold)})`,
    `opened ${clock(incident.openedAtMs)}${incident.resolvedAtMs === undefined ? '' : `, resolved ${clock(incident.resolvedAtMs)}`}`,
    ...(incident.suggestion === undefined ? [] : [`proposed: ${incident.suggestion}; to apply it: understudy override apply ${incident.route} ${incident.incidentId} --reason TEXT`]),
    ...incident.done.map((done) => `  ${clock(done.atMs)}  ${done.text}`),
  ];
  return lines.map(printable).join('\n');
}
