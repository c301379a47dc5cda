import { createHash } from 'node:crypto';
import { type AlertContext, cutTo, incidentUrl, type ReceiverRequest } from '../alert-context.ts';
import type { AlertMessage } from '../alert-state.ts';
import { noticeText } from '../notice-text.ts';

/** Limits of the Events API v2, in characters. */
const MOST_DEDUP_KEY = 255;
const MOST_SUMMARY = 1024;

/** One event of PagerDuty's Events API v2. The key that tells incidents apart makes repeats harmless and the end meet its beginning. */
export function pagerDutyRequest(url: string, routingKey: string, message: AlertMessage, context: AlertContext): ReceiverRequest {
  const [item] = message.items;
  if (item === undefined) throw new TypeError('an event is about an incident');
  const { incident } = item;
  const { title, lines } = noticeText(message.change, item);
  const address = incidentUrl(context, incident.incidentId);
  const event = {
    routing_key: routingKey, event_action: message.change === 'resolved' ? 'resolve' : 'trigger', dedup_key: dedupKey(incident.project, incident.incidentId), client: 'Understudy',
    ...(address === undefined ? {} : { client_url: address, links: [{ href: address, text: `Incident ${incident.incidentId}` }] }),
    payload: {
      summary: cutTo(title, MOST_SUMMARY), source: `${incident.project}/${incident.route || incident.kind}`, severity: incident.action === 'switch' ? 'critical' : 'warning',
      timestamp: new Date(incident.openedAtMs).toISOString(), component: incident.target, group: message.group, class: incident.signal,
      custom_details: { text: lines.join('\n'), incident: incident.incidentId, action: incident.action, signals: incident.signals, baseline: incident.baseline, observed: incident.observed, ...(item.routes === undefined ? {} : { routes: item.routes.slice(0, 100) }) },
    },
  };
  return { url, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(event) };
}

function dedupKey(project: string, incidentId: string): string {
  const key = `understudy/${project}/${incidentId}`;
  return key.length <= MOST_DEDUP_KEY ? key : `understudy/${createHash('sha256').update(key).digest('hex')}`;
}
