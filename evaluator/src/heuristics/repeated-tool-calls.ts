import type { ToolCall } from './answer.ts';
import { BAD, GOOD, type Heuristic } from './heuristic.ts';

/**
 * 1 when an answer calls the same tool with the same arguments twice, or once more as the last call of the conversation did: a model that goes round in circles. Some tools
 * are asked again for a reason (is it done yet?), so that only a rate that moves means something. Without tool calls, or without their arguments, not known.
 */
export const repeatedToolCalls: Heuristic = {
  signal: 'repeated_tool_calls',
  version: 1,
  score: ({ toolCalls, previousToolCalls }) => {
    if (toolCalls === undefined || toolCalls.length === 0 || toolCalls.some(({ argumentsText }) => argumentsText === undefined)) return undefined;
    const last = previousToolCalls?.at(-1);
    const seen = new Set<string>(last === undefined ? [] : [textOf(last)]);
    for (const call of toolCalls) {
      const text = textOf(call);
      if (seen.has(text)) return BAD;
      seen.add(text);
    }
    return GOOD;
  },
};

/** Spaces between JSON's marks make no other call. */
function textOf({ name, argumentsText = '' }: ToolCall): string {
  try {
    return `${name}\n${JSON.stringify(JSON.parse(argumentsText))}`;
  } catch {
    return `${name}\n${argumentsText}`;
  }
}
