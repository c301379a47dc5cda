import { Command } from 'commander';
import type { IncidentReport, IncidentSummary } from '@understudy/contracts/incident-report';
import { callApi, DEFAULT_URL, jsonOption, urlOption } from '../api-client.ts';
import { incidentText } from '../incident-text.ts';
import { signalLevel } from '../signal-level.ts';
import { clock, table } from '../table.ts';

export function incidentsCommand(): Command {
  return new Command('incidents').description('incidents, newest first, or one of them: what, since when, how bad, who is hit, what was done, what to do').argument('[id]', 'one incident').addOption(urlOption()).addOption(jsonOption()).action(async (id: string | undefined, options: { url: string; json?: boolean }) => {
    if (id === undefined) {
      const { items } = await callApi<{ items: IncidentSummary[] }>(options.url, 'GET', '/v1/incidents');
      console.log(options.json ? JSON.stringify({ items }) : listText(items));
      return;
    }
    const report = await callApi<IncidentReport>(options.url, 'GET', `/v1/incidents/${encodeURIComponent(id)}`);
    console.log(options.json ? JSON.stringify(report) : incidentText(report, Date.now(), options.url === DEFAULT_URL ? undefined : options.url));
  });
}

function listText(items: readonly IncidentSummary[]): string {
  if (items.length === 0) return 'no incidents';
  return table(
    ['ID', 'STATE', 'ROUTE', 'TARGET', 'SIGNAL', 'WAS', 'IS', 'SINCE'],
    items.map((item) => [item.incidentId, item.state, item.route === '' ? `(${item.kind})` : item.route, item.target, item.signals.join('+'), signalLevel(item.signal, item.baseline), signalLevel(item.signal, item.observed), clock(item.beganAtMs ?? item.openedAtMs)]),
  );
}
