import { type AlertContext, cutTo, incidentUrl, type ReceiverRequest } from '../alert-context.ts';
import type { AlertMessage } from '../alert-state.ts';
import { groupTitle, noticeText } from '../notice-text.ts';

/** Slack cuts at 40,000; nobody reads so far. */
const MOST_CHARACTERS = 8_000;

/** A Slack incoming webhook. All text is data: nothing in it becomes a link, a mention or a format. */
export function slackRequest(url: string, message: AlertMessage, context: AlertContext): ReceiverRequest {
  const parts = message.items.map((item) => {
    const { title, lines } = noticeText(message.change, item);
    const address = incidentUrl(context, item.incident.incidentId);
    return [title, ...lines, ...(address === undefined ? [] : [address])].join('\n');
  });
  const text = parts.length === 1 ? (parts[0] ?? '') : [groupTitle(message.change, message.items), ...parts].join('\n\n');
  return { url, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify({ text: escapeText(cutTo(text, MOST_CHARACTERS)), mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false }) };
}

/** The three characters that Slack reads as its own: without `<` there is neither link nor mention. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
