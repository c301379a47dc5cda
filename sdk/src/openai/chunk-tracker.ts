import type { AnswerFacts } from '../telemetry/attempt-span.ts';
import type { GenAiMessage } from '../telemetry/message-parts.ts';
import { usageFacts } from './completion-facts.ts';
import { type Fields, fieldsOf, textOf } from './request-facts.ts';

interface Choice {
  readonly texts: string[];
  readonly toolCalls: Map<number, { id: string | undefined; name: string | undefined; arguments: string[] }>;
  finishReason: string | undefined;
}

/** What the chunks of a stream have said so far. */
export class ChunkTracker {
  readonly #choices = new Map<number, Choice>();
  readonly #asked: number;
  #model: string | undefined;
  #id: string | undefined;
  #usage: unknown;
  #firstMs: number | undefined;
  /** True from the first word or tool call on: then the answer belongs to this target. */
  hasOutput = false;

  /** `asked`: how many choices the request wants. They may come one after the other. */
  constructor(asked: number) {
    this.#asked = asked;
  }

  add(chunk: unknown, elapsedMs: number): void {
    const fields = fieldsOf(chunk);
    if (fields === undefined) return;
    this.#firstMs ??= elapsedMs;
    this.#model ??= textOf(fields.model);
    this.#id ??= textOf(fields.id);
    if (fieldsOf(fields.usage) !== undefined) this.#usage = fields.usage;
    if (Array.isArray(fields.choices)) for (const choice of fields.choices) this.#addChoice(fieldsOf(choice) ?? {});
  }

  /** Every choice that was asked for has said why it ended. */
  get isFinished(): boolean {
    return this.#choices.size >= this.#asked && this.mayEnd;
  }

  /** Every choice that began has: a provider may give fewer than it was asked for, but only its end says so. */
  get mayEnd(): boolean {
    return this.#choices.size > 0 && [...this.#choices.values()].every((choice) => choice.finishReason !== undefined);
  }

  get hasUsage(): boolean {
    return this.#usage !== undefined;
  }

  /** Text of the first choice. */
  partial(): string {
    return [...this.#choices.values()][0]?.texts.join('') ?? '';
  }

  facts(): AnswerFacts {
    const choices = [...this.#choices.values()];
    const finishReasons = choices.map((choice) => choice.finishReason ?? 'error');
    return { responseModel: this.#model, responseId: this.#id, finishReasons, firstChunkMs: this.#firstMs, ...usageFacts(this.#usage), outputMessages: () => choices.map(messageOf) };
  }

  #addChoice(fields: Fields): void {
    const index = typeof fields.index === 'number' ? fields.index : 0;
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = { texts: [], toolCalls: new Map(), finishReason: undefined };
      this.#choices.set(index, choice);
    }
    choice.finishReason = textOf(fields.finish_reason) ?? choice.finishReason;
    const delta = fieldsOf(fields.delta);
    if (delta === undefined) return;
    const text = textOf(delta.content) ?? textOf(delta.refusal);
    if (text !== undefined) choice.texts.push(text);
    if (Array.isArray(delta.tool_calls)) for (const call of delta.tool_calls) addToolCall(choice, fieldsOf(call) ?? {});
    if (!this.hasOutput) this.hasOutput = Object.entries(delta).some(([name, value]) => name !== 'role' && !isEmpty(value));
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function addToolCall(choice: Choice, fields: Fields): void {
  const index = typeof fields.index === 'number' ? fields.index : choice.toolCalls.size;
  const called = fieldsOf(fields.function) ?? {};
  let call = choice.toolCalls.get(index);
  if (call === undefined) {
    call = { id: undefined, name: undefined, arguments: [] };
    choice.toolCalls.set(index, call);
  }
  call.id ??= textOf(fields.id);
  call.name ??= textOf(called.name);
  const piece = textOf(called.arguments);
  if (piece !== undefined) call.arguments.push(piece);
}

function messageOf(choice: Choice): GenAiMessage {
  const text = choice.texts.join('');
  return {
    role: 'assistant',
    parts: [
      ...(text === '' ? [] : [{ type: 'text' as const, content: text }]),
      ...[...choice.toolCalls.values()].map((call) => ({ type: 'tool_call' as const, id: call.id, name: call.name, arguments: call.arguments.join('') })),
    ],
    finish_reason: choice.finishReason ?? 'error',
  };
}
