import { type AlertContext, cutTo, incidentUrl } from '../alert-context.ts';
import type { AlertMessage } from '../alert-state.ts';
import { groupTitle, noticeText } from '../notice-text.ts';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: string;
}

const MOST_SUBJECT = 200;

/** A mail in plain text. A repeated delivery has the same Message-ID, and later mails about an incident answer the first. */
export function alertMail(from: string, to: readonly string[], message: AlertMessage, context: AlertContext): Mail {
  const domain = from.split('@').at(-1) ?? 'understudy';
  const parts = message.items.map((item) => {
    const { title, lines } = noticeText(message.change, item);
    const address = incidentUrl(context, item.incident.incidentId);
    return [title, ...lines, ...(address === undefined ? [] : [address])].join('\n');
  });
  const first = message.items[0]?.openedBy;
  const thread = first === undefined ? undefined : `<${first}@${domain}>`;
  return {
    from, to, subject: cutTo(`[understudy] ${groupTitle(message.change, message.items)}`, MOST_SUBJECT), text: `${parts.join('\n\n')}\n`, messageId: `<${message.id}@${domain}>`,
    ...(thread === undefined ? {} : { inReplyTo: thread, references: thread }),
  };
}
