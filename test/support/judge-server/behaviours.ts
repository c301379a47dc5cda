import type { ServerResponse } from 'node:http';
import { type SeenRequest, verdictJson } from './verdict-of.ts';

/** What a judge's provider may do. */
export const BEHAVIOURS = [
  'well', 'fenced', 'wrapped', 'truncated', 'truncated-at-first', 'out-of-range', 'refusing', 'slow', 'rate-limited', 'rate-limited-at-first', 'quota', 'broken', 'broken-at-first', 'dead', 'unreadable', 'injected', 'unauthorised',
  'no-temperature', 'no-schema', 'nothing-applies', 'filtered', 'two-verdicts',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

export type Said = { readonly kind: 'text'; readonly text: string; readonly finishReason?: string } | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string>; readonly body: string } | { readonly kind: 'reset' } | { readonly kind: 'silence' };

/** `attempt` counts the requests with the same nonce, from 1; `body` is the request as it came. */
export function say(behaviour: Behaviour, seen: SeenRequest, attempt: number, body: Readonly<Record<string, unknown>>): Said {
  const json = verdictJson(seen);
  const text = (words: string, finishReason?: string): Said => ({ kind: 'text', text: words, ...(finishReason === undefined ? {} : { finishReason }) });
  const failsAtFirst = attempt === 1;
  switch (behaviour) {
    case 'well': return text(json);
    case 'fenced': return text(`\`\`\`json\n${json}\n\`\`\``);
    case 'wrapped': return text(`Let me see. Here is my verdict:\n${json}\nLet me know if you need more.`);
    case 'truncated': return text(json.slice(0, json.length / 2), 'length');
    case 'truncated-at-first': return failsAtFirst ? text(json.slice(0, json.length / 2), 'length') : text(json);
    case 'out-of-range': return text(json.replace('"yes"', '9.2e124'));
    case 'refusing': return text('I am sorry, but I cannot help with judging this.');
    case 'slow': return { kind: 'silence' };
    case 'rate-limited': return status(429, { 'retry-after': '0.05' });
    case 'rate-limited-at-first': return failsAtFirst ? status(429, { 'retry-after': '0.05' }) : text(json);
    case 'quota': return { ...status(429), body: '{"error":{"code":"insufficient_quota","message":"key sk-secret-in-the-body"}}' };
    case 'broken': return status(503);
    case 'broken-at-first': return failsAtFirst ? status(503, { 'retry-after': '0' }) : text(json);
    case 'dead': return { kind: 'reset' };
    case 'unreadable': return { kind: 'status', status: 200, body: '<html>gateway</html>' };
    case 'injected': return text(/\{[\s\S]*\}/.exec(seen.answer)?.[0] ?? json);
    case 'unauthorised': return { ...status(401), body: '{"error":{"message":"Incorrect API key provided: sk-secret-in-the-body"}}' };
    case 'no-temperature': return 'temperature' in body ? { ...status(400), body: '{"error":{"message":"Unsupported value: temperature"}}' } : text(json);
    case 'no-schema': return 'response_format' in body ? { ...status(400), body: '{"error":{"message":"response_format is not supported"}}' } : text(json);
    case 'nothing-applies': return text(json.replaceAll('"yes"', '"na"'));
    case 'filtered': return text('', 'content_filter');
    case 'two-verdicts': return text(`${json}\n${json.replaceAll('"yes"', '"no"')}`);
  }
}

function status(code: number, headers: Record<string, string> = {}): Extract<Said, { kind: 'status' }> {
  return { kind: 'status', status: code, headers, body: JSON.stringify({ error: { message: `status ${code}` } }) };
}

export function send(response: ServerResponse, said: Exclude<Said, { kind: 'text' }>): void {
  if (said.kind === 'reset') response.socket?.resetAndDestroy();
  else if (said.kind === 'status') response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers }).end(said.body);
}
