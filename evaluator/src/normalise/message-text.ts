import type { AttributeValue } from '@understudy/contracts/otlp/span-reader';

/** What `gen_ai.input.messages` or `gen_ai.output.messages` say, given as a JSON string or as structured values. */
export interface MessageText {
  readonly text: string;
  readonly hasToolCalls: boolean;
  /** Of the first message that names one. */
  readonly finishReason: string | undefined;
}

/** Longest text kept of one side of a call, in characters. */
const MAX_TEXT = 65_536;
/** Longer JSON is not parsed: it would hold up everything behind it. Its text is then not known. */
const MAX_JSON = 4_000_000;
const MAX_DEPTH = 8;

interface Found {
  readonly texts: string[];
  characters: number;
  hasToolCalls: boolean;
  finishReason: string | undefined;
  /** Whether anything looked like a message at all. */
  isMessage: boolean;
}

export function messageText(value: AttributeValue | undefined): MessageText | undefined {
  if (value === undefined) return undefined;
  const messages = typeof value === 'string' ? parsedJson(value) : value;
  if (messages === undefined) return undefined;
  if (typeof messages === 'string') return textOnly(messages);
  const found: Found = { texts: [], characters: 0, hasToolCalls: false, finishReason: undefined, isMessage: Array.isArray(messages) && messages.length === 0 };
  collect(messages, found, 0);
  // An answer that is itself JSON, written as plain text: it is the text.
  if (!found.isMessage) return typeof value === 'string' ? textOnly(value) : undefined;
  return { text: bounded(found.texts.join('\n')), hasToolCalls: found.hasToolCalls, finishReason: found.finishReason };
}

function textOnly(text: string): MessageText {
  return { text: bounded(text), hasToolCalls: false, finishReason: undefined };
}

function bounded(text: string): string {
  return text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT).toWellFormed();
}

function parsedJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  if (text.length > MAX_JSON) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Instrumentations also write plain text here.
    return text;
  }
}

/** Reasoning is not part of the answer, and what a tool returned is nobody's words. */
const NOT_SAID: ReadonlySet<unknown> = new Set(['reasoning', 'thinking', 'redacted_thinking', 'tool_call_response', 'tool_result']);
const TOOL_CALLS: ReadonlySet<unknown> = new Set(['tool_call', 'tool_use', 'function_call']);

function collect(value: unknown, found: Found, depth: number): void {
  if (depth > MAX_DEPTH || found.characters > MAX_TEXT) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found, depth + 1);
    return;
  }
  collectPart(value, found, depth);
}

/** A message, or a part of one: `parts` holds the parts of a message, `content` the text of a part (in older dialects of a message), `text` and `refusal` that of OpenAI's content parts. */
function collectPart(value: unknown, found: Found, depth: number): void {
  const type = field(value, 'type');
  if (field(value, 'role') !== undefined || type === 'text' || type === 'refusal' || NOT_SAID.has(type) || TOOL_CALLS.has(type)) found.isMessage = true;
  if (NOT_SAID.has(type)) return;
  if (TOOL_CALLS.has(type) || isFilledList(field(value, 'tool_calls'))) found.hasToolCalls = true;
  found.finishReason ??= filledText(field(value, 'finish_reason'));
  for (const inner of [field(value, 'content'), field(value, 'parts'), type === 'text' || type === 'refusal' ? field(value, type) : undefined]) {
    if (inner === undefined || inner === null) continue;
    found.isMessage ||= depth > 0;
    if (typeof inner === 'string') note(inner, found);
    else collect(inner, found, depth + 1);
  }
}

function note(text: string, found: Found): void {
  found.texts.push(text);
  found.characters += text.length;
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function filledText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function field(value: unknown, name: string): unknown {
  if (value instanceof Map) return value.get(name);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
