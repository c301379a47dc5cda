import type { Incident } from '@understudy/contracts/incident';
import { type AlertContext, incidentUrl, type ReceiverRequest, TEST_ROUTE } from '../alert-context.ts';
import type { AlertItem, AlertMessage, ToldFacts } from '../alert-state.ts';
import { providerOf } from '../leader-incidents.ts';
import { noticeText } from '../notice-text.ts';

/**
 * Alerts of Alertmanager's API v2, all in one request. Alertmanager tells alerts apart by their labels: where those have changed since it was told,
 * the alert of before ends and the new one begins.
 */
export function alertmanagerRequest(base: string, message: AlertMessage, context: AlertContext): ReceiverRequest {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/alerts`;
  return { url: url.href, headers: { 'content-type': 'application/json' }, body: JSON.stringify(message.items.flatMap((item) => alertsOf(message, item, context))) };
}

function alertsOf(message: AlertMessage, item: AlertItem, context: AlertContext) {
  const { incident, before } = item;
  const ended = { endsAt: new Date(incident.resolvedAtMs ?? context.nowMs).toISOString() };
  if (message.change === 'resolved') return [{ ...alertOf(message, item, before ?? incident, context), ...ended }];
  const now = alertOf(message, item, incident, context);
  return before === undefined ? [now] : [{ ...alertOf(message, item, before, context), ...ended }, now];
}

function alertOf(message: AlertMessage, item: AlertItem, facts: ToldFacts, context: AlertContext) {
  const { incident } = item;
  const { title, lines } = noticeText(message.change, item);
  const address = incidentUrl(context, incident.incidentId);
  return {
    labels: labelsOf(incident, facts), annotations: { summary: title, description: lines.join('\n'), incident: incident.incidentId, group: message.group },
    startsAt: new Date(incident.openedAtMs).toISOString(), ...(address === undefined ? {} : { generatorURL: address }),
  };
}

/** Alertmanager drops labels without a value. */
function labelsOf(incident: Incident, facts: ToldFacts): Record<string, string> {
  const labels = {
    alertname: incident.route === TEST_ROUTE ? 'UnderstudyTest' : 'UnderstudyIncident', kind: incident.kind, project: incident.project, route: incident.route, target: facts.target, provider: providerOf(facts.target),
    signal: facts.signal, severity: facts.action === 'switch' ? 'critical' : 'warning',
  };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
