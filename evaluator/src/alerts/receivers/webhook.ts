import { Webhook } from 'standardwebhooks';
import { type AlertContext, incidentUrl, type ReceiverRequest } from '../alert-context.ts';
import type { AlertItem, AlertMessage } from '../alert-state.ts';
import { noticeText } from '../notice-text.ts';

const TYPES = {
  opened: 'understudy.incident.opened.v1', updated: 'understudy.incident.updated.v1', repeated: 'understudy.incident.updated.v1', resolved: 'understudy.incident.resolved.v1', test: 'understudy.alert.test.v1',
} as const;

/**
 * A signed webhook: headers of Standard Webhooks, the body one CloudEvent in JSON, or a batch of them where several incidents are told together.
 * A repeated delivery has the same `webhook-id`, and its events the same ids.
 */
export function webhookRequest(url: string, secret: string, message: AlertMessage, context: AlertContext): ReceiverRequest {
  const events = message.items.map((item) => cloudEvent(message, item, context));
  const isBatch = events.length > 1;
  const body = JSON.stringify(isBatch ? events : events[0]);
  // The receiver refuses what is older than five minutes: signed at each attempt.
  const timestamp = new Date(context.nowMs);
  return {
    url, body,
    headers: {
      'content-type': `application/${isBatch ? 'cloudevents-batch' : 'cloudevents'}+json; charset=utf-8`, 'webhook-id': message.id, 'webhook-timestamp': String(Math.floor(context.nowMs / 1000)),
      'webhook-signature': signer(secret).sign(message.id, timestamp, body),
    },
  };
}

/** `whsec_…` is base64 of the key; anything else is the key. */
function signer(secret: string): Webhook {
  return secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(Buffer.from(secret, 'utf8'), { format: 'raw' });
}

function cloudEvent(message: AlertMessage, item: AlertItem, context: AlertContext) {
  const { incident } = item;
  const url = incidentUrl(context, incident.incidentId);
  return {
    specversion: '1.0', id: `${incident.incidentId}-${message.change}${item.repeat === undefined ? '' : `-${item.repeat}`}`, source: `/understudy/${encodeURIComponent(incident.project)}`,
    type: TYPES[message.change], subject: `${incident.project}/${incident.route}/${incident.target}`, time: new Date(message.createdMs).toISOString(), datacontenttype: 'application/json',
    data: {
      ...incident, ...(item.routes === undefined ? {} : { routes: item.routes }), ...(item.before === undefined ? {} : { before: item.before }), ...(message.change === 'repeated' ? { repeat: item.repeat } : {}),
      group: message.group, ...(url === undefined ? {} : { url }), text: noticeText(message.change, item),
    },
  };
}
