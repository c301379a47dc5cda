import { Command } from 'commander';
import type { DecisionRow } from '@understudy/contracts/decision';
import { callApi, jsonOption, urlOption } from '../api-client.ts';
import { table } from '../table.ts';

type StoredDecision = Omit<DecisionRow, 'at'> & { readonly at: string };

export function decisionsCommand(): Command {
  return new Command('decisions').description('what was decided about a route, and why').argument('<route>').addOption(urlOption()).addOption(jsonOption()).action(async (route: string, options: { url: string; json?: boolean }) => {
    const items = await allDecisions(options.url, route);
    if (options.json) for (const item of items) console.log(JSON.stringify(item));
    else console.log(items.length === 0 ? `nothing was decided about ${route} yet` : table(['AT', 'FROM', 'TO', 'REASON', 'TEXT'], items.map((item) => [item.at.slice(0, 19), item.state_from, item.state_to, item.reason, item.text])));
  });
}

/** Of every page: the newest are on the last one. */
async function allDecisions(url: string, route: string): Promise<StoredDecision[]> {
  const all: StoredDecision[] = [];
  let after: string | null = '';
  do {
    const page: { items: StoredDecision[]; next: string | null } = await callApi(url, 'GET', `/v1/decisions?route=${encodeURIComponent(route)}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`);
    all.push(...page.items);
    after = page.next;
  } while (after !== null);
  return all;
}
