import type { AttributeValue } from '@understudy/contracts/otlp/span-reader';

/** The text of `gen_ai.input.messages` / `gen_ai.output.messages`, given as a JSON string or as structured values. */
export interface MessageText {
  readonly text: string;
  readonly hasToolCalls: boolean;
}

/** Longest text kept of one side of a call, in characters. */
const MAX_TEXT = 65_536;

export function messageText(value: AttributeValue | undefined): MessageText | undefined {
  if (value === undefined) return undefined;
  const messages = typeof value === 'string' ? parsedJson(value) : value;
  const found = { texts: [] as string[], hasToolCalls: false };
  if (typeof messages === 'string') found.texts.push(messages);
  else collect(messages, found, 0);
  return { text: found.texts.join('\n').slice(0, MAX_TEXT).toWellFormed(), hasToolCalls: found.hasToolCalls };
}

function parsedJson(text: string): unknown {
  if (text.length > 1_000_000 || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Instrumentations also write plain text here.
    return text;
  }
}

function field(value: unknown, name: string): unknown {
  if (value instanceof Map) return value.get(name);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function collect(value: unknown, found: { texts: string[]; hasToolCalls: boolean }, depth: number): void {
  if (depth > 8) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found, depth + 1);
    return;
  }
  if (field(value, 'type') === 'tool_call') found.hasToolCalls = true;
  const content = field(value, 'content');
  if (typeof content === 'string') found.texts.push(content);
  else if (content !== undefined) collect(content, found, depth + 1);
  const parts = field(value, 'parts');
  if (parts !== undefined) collect(parts, found, depth + 1);
}
