import type { AttributeValue } from '@understudy/contracts/otlp/span-reader';
import type { ToolCall } from '../heuristics/answer.ts';
import { field, filledText, isFilledList, plainText } from './message-fields.ts';
import { isToolCall, toolCallOf } from './tool-calls.ts';

/** What `gen_ai.input.messages`, `gen_ai.output.messages` or `gen_ai.system_instructions` say, given as a JSON string or as structured values. */
export interface Messages {
  /** What users and the model said, without system messages, reasoning and what tools returned. */
  readonly text: string;
  /** The last message of a user; undefined where there is none. */
  readonly question: string | undefined;
  /** Messages with the role system or developer. */
  readonly systemText: string | undefined;
  /** What tools returned. */
  readonly toolText: string | undefined;
  readonly hasToolCalls: boolean;
  readonly toolCalls: readonly ToolCall[];
  /** Of the first message that names one. */
  readonly finishReason: string | undefined;
  /** Characters of everything in it; undefined when the sender or a bound of ours cut something. */
  readonly characters: number | undefined;
}

/** Longest text kept of one side of a call, in characters. */
const MAX_TEXT = 65_536;
/** Longer JSON is not parsed: it would hold up everything behind it. Its text is then not known. */
const MAX_JSON = 4_000_000;
const MAX_DEPTH = 8;
const MAX_TOOL_CALLS = 50;
/** How our SDK ends a text that it cut. */
const CUT_MARK = ' characters cut]';

interface Found {
  readonly texts: string[];
  readonly systemTexts: string[];
  readonly toolTexts: string[];
  readonly toolCalls: ToolCall[];
  /** Where in `texts` the last message of a user stands. */
  questionFrom: number;
  questionTo: number;
  characters: number;
  isCut: boolean;
  hasToolCalls: boolean;
  finishReason: string | undefined;
  /** Whether anything looked like a message at all. */
  isMessage: boolean;
}

export function readMessages(value: AttributeValue | undefined): Messages | undefined {
  if (value === undefined) return undefined;
  const messages = typeof value === 'string' ? parsedJson(value) : value;
  if (messages === undefined) return undefined;
  if (typeof messages === 'string') return textOnly(messages);
  const found: Found = {
    texts: [], systemTexts: [], toolTexts: [], toolCalls: [], questionFrom: 0, questionTo: 0, characters: 0, isCut: false,
    hasToolCalls: false, finishReason: undefined, isMessage: Array.isArray(messages) && messages.length === 0,
  };
  collect(messages, found, 0, undefined);
  // An answer that is itself JSON, written as plain text: it is the text.
  if (!found.isMessage) return typeof value === 'string' ? textOnly(value) : undefined;
  return messagesOf(found);
}

function messagesOf(found: Found): Messages {
  return {
    text: bounded(joined(found.texts)),
    question: found.questionTo > found.questionFrom ? bounded(joined(found.texts.slice(found.questionFrom, found.questionTo))) : undefined,
    systemText: found.systemTexts.length === 0 ? undefined : bounded(joined(found.systemTexts)),
    toolText: found.toolTexts.length === 0 ? undefined : bounded(joined(found.toolTexts)),
    hasToolCalls: found.hasToolCalls, toolCalls: found.toolCalls, finishReason: found.finishReason,
    characters: found.isCut || found.characters > MAX_TEXT ? undefined : found.characters,
  };
}

function textOnly(text: string): Messages {
  return { text: bounded(text), question: bounded(text), systemText: undefined, toolText: undefined, hasToolCalls: false, toolCalls: [], finishReason: undefined, characters: text.length > MAX_TEXT ? undefined : text.length };
}

function joined(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] as string) : texts.join('\n');
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

/** Reasoning is not part of the answer. */
const THOUGHT: ReadonlySet<unknown> = new Set(['reasoning', 'thinking', 'redacted_thinking']);
/** Pictures, sound and files: sent, and of no countable length in characters. */
const MEDIA: ReadonlySet<unknown> = new Set(['blob', 'uri', 'file', 'image', 'image_url', 'input_image', 'audio', 'input_audio', 'video', 'input_file', 'document']);
/** What a tool returned is nobody's words. */
const RETURNED: ReadonlySet<unknown> = new Set(['tool_call_response', 'tool_result', 'tool-result', 'function_call_output']);

function collect(value: unknown, found: Found, depth: number, role: unknown): void {
  if (depth > MAX_DEPTH || found.characters > MAX_TEXT) {
    found.isCut = true;
    return;
  }
  if (Array.isArray(value)) for (const item of value) collect(item, found, depth + 1, role);
  else collectPart(value, found, depth, role);
}

/** A message, or a part of one: `parts` holds the parts of a message, `content` the text of a part (in older dialects of a message), `text` and `refusal` that of OpenAI's content parts. */
function collectPart(value: unknown, found: Found, depth: number, outerRole: unknown): void {
  const type = field(value, 'type');
  const ownRole = field(value, 'role');
  const role = ownRole ?? outerRole;
  if (ownRole !== undefined || type === 'text' || type === 'refusal' || THOUGHT.has(type) || RETURNED.has(type) || isToolCall(type)) found.isMessage = true;
  if (THOUGHT.has(type)) return;
  if (MEDIA.has(type) && ownRole === undefined) {
    found.isCut = true;
    return;
  }
  if (RETURNED.has(type)) {
    noteReturned(value, found);
    return;
  }
  noteToolCalls(value, type, found);
  found.finishReason ??= filledText(field(value, 'finish_reason'));
  const from = found.texts.length;
  collectInner(field(value, 'content'), found, depth, role);
  collectInner(field(value, 'parts'), found, depth, role);
  if (type === 'text' || type === 'refusal') collectInner(field(value, type), found, depth, role);
  if (ownRole === 'user' && found.texts.length > from) {
    found.questionFrom = from;
    found.questionTo = found.texts.length;
  }
}

function collectInner(inner: unknown, found: Found, depth: number, role: unknown): void {
  if (inner === undefined || inner === null) return;
  found.isMessage ||= depth > 0;
  if (typeof inner === 'string') note(inner, found, role);
  else collect(inner, found, depth + 1, role);
}

function note(text: string, found: Found, role: unknown): void {
  (role === 'system' || role === 'developer' ? found.systemTexts : role === 'tool' ? found.toolTexts : found.texts).push(text);
  count(text, found);
}

function noteReturned(value: unknown, found: Found): void {
  const raw = field(value, 'response') ?? field(value, 'result') ?? field(value, 'content') ?? field(value, 'output');
  const returned = plainText(raw);
  if (returned === undefined) {
    found.isCut ||= raw !== undefined && raw !== null;
    return;
  }
  found.toolTexts.push(returned);
  count(returned, found);
}

function count(text: string, found: Found): void {
  found.characters += text.length;
  if (text.endsWith(CUT_MARK)) found.isCut = true;
}

/** A part that is a call, or a message of OpenAI's that lists its calls. */
function noteToolCalls(value: unknown, type: unknown, found: Found): void {
  const listed = field(value, 'tool_calls');
  if (isToolCall(type)) noteToolCall(value, found);
  else if (isFilledList(listed)) for (const call of listed) noteToolCall(call, found);
}

function noteToolCall(value: unknown, found: Found): void {
  found.hasToolCalls = true;
  const call = toolCallOf(value);
  if (call?.argumentsText === undefined) found.isCut = true;
  else count(call.argumentsText, found);
  if (call === undefined) return;
  found.characters += call.name.length;
  found.toolCalls.push(call);
  // The last ones are those that an answer may repeat.
  if (found.toolCalls.length > MAX_TOOL_CALLS) found.toolCalls.shift();
}
