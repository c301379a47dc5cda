import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Policy } from '@understudy/contracts/policy';
import type { AlertLedger } from '../alerts/alert-state.ts';
import { receiverView } from '../alerts/receiver-view.ts';
import { namedReceivers } from '../alerts/receiver-names.ts';
import type { AlertPorts } from '../alerts/send-alert.ts';
import { sendTestAlert } from '../alerts/test-alert.ts';
import { forSecondsSchema, NO_REASON, reasonSchema } from './command-routes.ts';
import { problem } from './problem-response.ts';
import type { CommandSender } from './send-command.ts';

/** What the api needs for alerts. */
export interface AlertApiParts extends AlertPorts {
  readonly ledger: { read(): Promise<AlertLedger> };
  readonly policy: () => Policy;
  readonly apiUrl?: string;
}

const routeName = z.string().min(1).max(200);
const silenceBody = z.strictObject({ route: routeName.optional(), forSeconds: forSecondsSchema, reason: reasonSchema });
const unsilenceBody = z.strictObject({ route: routeName.optional() }).default({});
const testBody = z.strictObject({ receiver: z.string().min(1).max(100).optional() });

/** Alerts: who is told, what could not be delivered, silences, and a test of every receiver from this server. */
export function alertRoutes(app: Hono, api: { readonly alerts: AlertApiParts; readonly now: () => number }, sender: CommandSender): void {
  app.get('/v1/alerts', async (context) => {
    const { alerts, now } = api;
    const ledger = await alerts.ledger.read();
    return context.json({ items: namedReceivers(alerts.policy().alerts).map((named) => receiverView(named, ledger.receivers[named.name])), next: null, silences: ledger.silences.filter(({ untilMs }) => untilMs > now()), sent: ledger.sent });
  });
  app.post('/v1/alerts/test', (context) => sender.withBody(context, testBody, (body) => testReceivers(context, api.alerts, body.receiver, api.now())));
  app.post('/v1/silences', (context) => sender.withBody(context, silenceBody, async ({ route, forSeconds, reason }) => {
    const silence = async () => sender.send(context, route, reason, { name: 'silence', untilMs: await sender.endAfter(forSeconds) });
    return route === undefined ? silence() : sender.knownRoute(context, route, silence);
  }));
  app.delete('/v1/silences', (context) => sender.withBody(context, unsilenceBody, async ({ route }) => {
    const { silences } = await api.alerts.ledger.read();
    if (!silences.some((silence) => route === undefined || silence.route === route)) return problem(context, 409, route === undefined ? 'nothing is silenced' : `${route} is not silenced by itself`, 'GET /v1/alerts, or `understudy alert list`, shows the silences.');
    return sender.send(context, route, NO_REASON, { name: 'unsilence' });
  }));
}

async function testReceivers(context: Context, parts: AlertApiParts, only: string | undefined, nowMs: number): Promise<Response> {
  const { alerts, project } = parts.policy();
  const all = namedReceivers(alerts);
  if (all.length === 0) return problem(context, 409, 'the policy names no receivers', 'Add some under alerts: in the policy file; docs/how-to/get-alerts.md shows how.');
  const chosen = all.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) return problem(context, 404, `the policy has no receiver ${only}`, `Use one of ${all.map(({ name }) => name).join(', ')}.`);
  const testId = `test-${randomUUID()}`;
  const items = await Promise.all(chosen.map((named) => sendTestAlert(named, testId, { project, apiUrl: parts.apiUrl, nowMs }, parts)));
  return context.json({ items, next: null });
}
