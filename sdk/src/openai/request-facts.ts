import type { Attributes } from '@opentelemetry/api';
import type { GenAiMessage, MessagePart } from '../telemetry/message-parts.ts';
import type { ChatBody } from './chat-types.ts';

const NUMBERS = ['max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'frequency_penalty', 'presence_penalty', 'seed'];

export function requestAttributes(body: ChatBody): Attributes {
  const attributes: Attributes = {};
  for (const field of NUMBERS) {
    const value = body[field];
    if (typeof value === 'number') attributes[`gen_ai.request.${field.replace('completion_', '')}`] = value;
  }
  if (typeof body.n === 'number' && body.n !== 1) attributes['gen_ai.request.choice.count'] = body.n;
  const format = fieldsOf(body.response_format)?.type;
  if (typeof format === 'string') attributes['gen_ai.output.type'] = format.startsWith('json') ? 'json' : 'text';
  return attributes;
}

/** The tools that the request offers to the model. */
export function toolsOf({ tools }: ChatBody): (() => readonly unknown[]) | undefined {
  return Array.isArray(tools) && tools.length > 0 ? () => tools as readonly unknown[] : undefined;
}

/** Chat messages in the conventions' shape. Images and sound are named, not copied. */
export function inputMessages(messages: readonly unknown[]): GenAiMessage[] {
  return messages.map((message) => {
    const fields = fieldsOf(message) ?? {};
    const role = typeof fields.role === 'string' ? fields.role : 'user';
    if (role === 'tool') return { role, parts: [{ type: 'tool_call_response', id: textOf(fields.tool_call_id), response: plainText(fields.content) }] };
    return { role, parts: messageParts(fields) };
  });
}

/** The parts of a message as it is sent or as it came: its text, then its tool calls. */
export function messageParts(fields: Fields): MessagePart[] {
  const parts: MessagePart[] = contentParts(fields.content);
  if (typeof fields.refusal === 'string' && fields.refusal !== '') parts.push({ type: 'text', content: fields.refusal });
  if (Array.isArray(fields.tool_calls)) for (const call of fields.tool_calls) parts.push(toolCall(fieldsOf(call) ?? {}));
  if (fields.function_call !== undefined && fields.function_call !== null) parts.push(toolCall({ function: fields.function_call }));
  return parts;
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function contentParts(content: unknown): MessagePart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', content }];
  if (!Array.isArray(content)) return [];
  return content.map((item) => {
    const fields = fieldsOf(item) ?? {};
    const text = textOf(fields.text) ?? textOf(fields.refusal);
    return text === undefined ? { type: textOf(fields.type) ?? 'unknown' } : { type: 'text', content: text };
  });
}

function plainText(content: unknown): string {
  return contentParts(content).map((part) => ('content' in part && part.content !== undefined ? part.content : '')).join('\n');
}

function toolCall(call: Fields): MessagePart {
  const called = fieldsOf(call.function) ?? fieldsOf(call.custom) ?? {};
  return { type: 'tool_call', id: textOf(call.id), name: textOf(called.name), arguments: called.arguments ?? called.input };
}
