/** Messages in the shape of the GenAI semantic conventions: `[{ role, parts: [{ type, … }], finish_reason? }]`. */
export type MessagePart =
  | { readonly type: 'text'; readonly content: string }
  | { readonly type: 'tool_call'; readonly id?: string; readonly name?: string; readonly arguments?: unknown }
  | { readonly type: 'tool_call_response'; readonly id?: string; readonly response: string }
  | { readonly type: string; readonly content?: string };

export interface GenAiMessage {
  readonly role: string;
  readonly parts: readonly MessagePart[];
  readonly finish_reason?: string;
}

/** Bytes of one content attribute at most; receivers refuse a whole batch for one huge span. */
const MAX_CONTENT_BYTES = 60_000;
const CUT = (characters: number): string => `… [${characters} characters cut]`;

/** The messages as a JSON string that stays parseable however long they are: the last messages are kept, long texts are cut. */
export function boundedContent(messages: readonly GenAiMessage[]): string {
  let budget = MAX_CONTENT_BYTES;
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const text = JSON.stringify(attempt === 0 ? messages : within(messages, budget)) ?? '[]';
    if (text.length * 3 <= MAX_CONTENT_BYTES || new TextEncoder().encode(text).length <= MAX_CONTENT_BYTES) return text;
    budget = Math.floor(budget / 2);
  }
  return '[]';
}

/** Newest first, each message gets what is left of the budget. */
function within(messages: readonly GenAiMessage[], budget: number): GenAiMessage[] {
  const kept: GenAiMessage[] = [];
  let left = budget;
  for (let index = messages.length - 1; index >= 0 && left > 0; index -= 1) {
    const message = messages[index];
    if (message === undefined) continue;
    const parts = message.parts.map((part) => {
      const short = shortened(part, Math.max(0, left));
      left -= sizeOf(short) + 50;
      return short;
    });
    kept.unshift({ ...message, parts });
  }
  return kept;
}

function shortened(part: MessagePart, budget: number): MessagePart {
  if ('content' in part && typeof part.content === 'string') return { ...part, content: cut(part.content, budget) };
  if ('response' in part) return { ...part, response: cut(part.response, budget) };
  if ('arguments' in part && sizeOf(part) > budget) return { ...part, arguments: cut(typeof part.arguments === 'string' ? part.arguments : (JSON.stringify(part.arguments) ?? ''), budget) };
  return part;
}

function cut(text: string, budget: number): string {
  return text.length <= budget ? text : `${text.slice(0, budget).toWellFormed()}${CUT(text.length - budget)}`;
}

function sizeOf(part: MessagePart): number {
  return (JSON.stringify(part) ?? '').length;
}
