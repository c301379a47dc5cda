import type { Answer, ToolDefinition } from './answer.ts';
import { insideFence } from './inside-fence.ts';
import { jsonAnswer } from './json-answer.ts';

/** Marks by which models call tools inside; servers that lose them pass them on as text. */
const MARKS = ['<|tool_call', '<tool_call>', '<|tool▁call', '<｜tool▁call', '[TOOL_CALLS]', '<function=', '<function_calls>', '<|python_tag|>', '<|channel|>commentary to=functions', 'to=functions.'];
const NUMBERED = /\bfunctions\.[\w-]{1,64}:\d{1,3}\b/;
/** How much of the answer is searched for marks, from either end. */
const MAX_READ = 4_096;

/** Whether the answer is, or contains, the call of a tool written as text. Marks that the prompt explains are the application's own way of calling tools. */
export function isLeakedToolCall({ text, inputText, systemText, toolDefinitions }: Answer): boolean {
  if (text === undefined || text === '') return false;
  const mark = markIn(text.length <= 2 * MAX_READ ? text : text.slice(0, MAX_READ) + text.slice(-MAX_READ));
  if (mark !== undefined) return !(inputText?.includes(mark) ?? false) && !(systemText?.includes(mark) ?? false);
  return isCallAsJson(text, toolDefinitions);
}

function markIn(text: string): string | undefined {
  // All of them hold one of these, which prose hardly does.
  if (!text.includes('<') && !text.includes('[TOOL') && !text.includes('functions.')) return undefined;
  return MARKS.find((mark) => text.includes(mark)) ?? NUMBERED.exec(text)?.[0];
}

/** `{"name": …, "arguments": …}` alone. Of a tool that is known; where the tools are not, such an object may be what was asked for. */
function isCallAsJson(text: string, definitions: readonly ToolDefinition[] | undefined): boolean {
  if (definitions === undefined) return false;
  const value = jsonAnswer(insideFence(text) ?? text)?.value;
  if (value === undefined || !('name' in value)) return false;
  return ('arguments' in value || 'parameters' in value) && definitions.some(({ name }) => name === value.name);
}
