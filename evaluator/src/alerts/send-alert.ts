import { UnderstudyError } from '@understudy/contracts/problem';
import type { AlertContext, ReceiverRequest } from './alert-context.ts';
import type { AlertMessage } from './alert-state.ts';
import type { NamedReceiver } from './receiver-names.ts';
import type { DeliveryOutcome } from './record-results.ts';
import { alertmanagerRequest } from './receivers/alertmanager.ts';
import { alertMail } from './receivers/email.ts';
import { pagerDutyRequest } from './receivers/pagerduty.ts';
import { slackRequest } from './receivers/slack.ts';
import { webhookRequest } from './receivers/webhook.ts';
import { resolveByDns, type ResolveHost } from './safe-address.ts';
import { safeRequest, type SafeResponse } from './safe-request.ts';

export interface AlertPorts {
  /** The secret that `env:NAME` or `file:PATH` names; throws an `UnderstudyError` with a fix. */
  readonly secretOf: (reference: string) => string;
  /** How names become addresses; DNS unless given. */
  readonly resolve?: ResolveHost;
}

const ATTEMPT_TIMEOUT_MS = 5_000;
const REFUSED_FOR_GOOD: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 410, 413, 415, 422]);
const SECRET_REFERENCE = /^(env|file):/;

/** Delivers one message to one receiver; never throws. What it says of a failure holds no secret and no address beyond its host. */
export async function sendAlert(named: NamedReceiver, message: AlertMessage, context: AlertContext, ports: AlertPorts): Promise<DeliveryOutcome> {
  try {
    const signal = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
    const { receiver } = named;
    const resolve = ports.resolve ?? resolveByDns;
    if ('email' in receiver) {
      const password = receiver.password === undefined ? undefined : ports.secretOf(receiver.password);
      // Loaded where a mail is sent: most installations send none.
      const { sendMail } = await import('./send-mail.ts');
      await sendMail({ address: receiver.smtp, user: receiver.user, password, allow: receiver.allow }, alertMail(receiver.from, receiver.email, message, context), resolve, signal);
      return { kind: 'delivered' };
    }
    const request = requestOf(named, message, context, ports.secretOf);
    return outcomeOf(await safeRequest({ ...request, allow: receiver.allow }, resolve, signal));
  } catch (error) {
    if (error instanceof UnderstudyError) return { kind: 'failed', reason: `${error.message}. ${error.fix}`, isFinal: error.code === 'ADDRESS_REFUSED' || (error.code === 'MAIL_REFUSED' && !error.retryable) };
    return { kind: 'failed', reason: 'the message could not be made: check the receiver\'s address, and that its secret, if it begins with whsec_, is base64 after that', isFinal: true };
  }
}

function requestOf({ receiver }: NamedReceiver, message: AlertMessage, context: AlertContext, secretOf: AlertPorts['secretOf']): ReceiverRequest {
  const addressOf = (text: string) => (SECRET_REFERENCE.test(text) ? secretOf(text).trim() : text);
  if ('webhook' in receiver) return webhookRequest(addressOf(receiver.webhook), secretOf(receiver.secret).trim(), message, context);
  if ('slack' in receiver) return slackRequest(addressOf(receiver.slack), message, context);
  if ('pagerduty' in receiver) return pagerDutyRequest(receiver.url, secretOf(receiver.pagerduty).trim(), message, context);
  if ('alertmanager' in receiver) return alertmanagerRequest(receiver.alertmanager, message, context);
  throw new TypeError('mail goes another way');
}

function outcomeOf({ status, retryAfterMs }: SafeResponse): DeliveryOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status >= 300 && status < 400) return { kind: 'failed', reason: `it answered ${status}: redirects are not followed. Name the address itself.`, isFinal: true };
  return { kind: 'failed', reason: `it answered ${status}${hintOf(status)}`, isFinal: REFUSED_FOR_GOOD.has(status), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function hintOf(status: number): string {
  if (status === 401 || status === 403) return ': check the receiver\'s key or secret';
  return status === 404 || status === 410 ? ': check the receiver\'s address' : '';
}
