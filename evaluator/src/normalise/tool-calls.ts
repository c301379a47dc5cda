import type { ToolCall } from '../heuristics/answer.ts';
import { bounded } from './attribute-values.ts';
import { field, filledText, plainText } from './message-fields.ts';

const TYPES: ReadonlySet<unknown> = new Set(['tool_call', 'tool_use', 'function_call', 'tool-call']);
const MAX_NAME = 200;

/** Whether a part of this type is a call of a tool. */
export function isToolCall(type: unknown): boolean {
  return TYPES.has(type);
}

/**
 * A call of a tool in the words of the conventions (`name`, `arguments`), of OpenAI (`function.name`, `function.arguments`), Anthropic (`input`) or the AI SDK
 * (`toolName`, `args`). Undefined without a name: then the sender kept the call to itself.
 */
export function toolCallOf(value: unknown): ToolCall | undefined {
  const named = field(value, 'function') ?? value;
  const name = filledText(field(named, 'name')) ?? filledText(field(value, 'toolName'));
  if (name === undefined) return undefined;
  return { name: bounded(name, MAX_NAME), argumentsText: plainText(field(named, 'arguments') ?? field(value, 'input') ?? field(value, 'args')) };
}
