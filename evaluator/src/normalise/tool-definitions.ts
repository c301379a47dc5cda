import type { AttributeValue } from '@understudy/contracts/otlp/span-reader';
import type { ToolDefinition } from '../heuristics/answer.ts';
import { bounded } from './attribute-values.ts';
import { field, filledText, jsonText } from './message-fields.ts';

/** `gen_ai.tool.definitions` of a call. */
export interface ToolDefinitions {
  readonly tools: readonly ToolDefinition[];
  readonly characters: number;
}

/** Longer definitions are not read: their tools are then not known. */
const MAX_CHARACTERS = 262_144;
const MAX_TOOLS = 200;
const MAX_NAME = 200;
/** Texts of definitions that are remembered: a route sends the same ones with every call. */
const MAX_REMEMBERED = 64;

const remembered = new Map<string, ToolDefinitions | undefined>();

/** The tools that a model was given; the same object for the same text, so that what is made of them is made once. */
export function readToolDefinitions(value: AttributeValue | undefined): ToolDefinitions | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : jsonText(value);
  if (text === undefined || text.length > MAX_CHARACTERS) return undefined;
  if (remembered.has(text)) return remembered.get(text);
  const definitions = parsed(text);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(text, definitions);
  return definitions;
}

function parsed(text: string): ToolDefinitions | undefined {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list) || list.length > MAX_TOOLS) return undefined;
    const tools = list.map(definitionOf);
    // With one that cannot be read, calls of it would look like calls of a tool that does not exist.
    return tools.every((tool) => tool !== undefined) ? { tools, characters: text.length } : undefined;
  } catch {
    return undefined;
  }
}

/** In the words of the conventions (`name`, `parameters`), of OpenAI's chat (`function`), of Anthropic (`input_schema`) or of MCP (`inputSchema`). */
function definitionOf(value: unknown): ToolDefinition | undefined {
  const named = field(value, 'function') ?? value;
  const name = filledText(field(named, 'name'));
  if (name === undefined) return undefined;
  const parameters = field(named, 'parameters') ?? field(named, 'input_schema') ?? field(named, 'inputSchema');
  return { name: bounded(name, MAX_NAME), parameters: typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters) ? (parameters as Record<string, unknown>) : undefined };
}
