import type { FinishReason } from '@understudy/contracts/call';
import type { Expectations } from '@understudy/contracts/policy-route-parts';

/** A call of a tool, in an answer or earlier in its conversation. */
export interface ToolCall {
  readonly name: string;
  /** As the model wrote them, or as JSON where the sender parsed them; undefined when they are not known. */
  readonly argumentsText: string | undefined;
}

/** A tool that the model was given. */
export interface ToolDefinition {
  readonly name: string;
  /** JSON Schema of its arguments. The same object for the same text of definitions, so that it is compiled once. */
  readonly parameters: Readonly<Record<string, unknown>> | undefined;
}

/** What the heuristics of content look at: the answer of a call that did not fail, what was asked for it, and what the policy expects. Unknown is undefined. */
export interface Answer {
  /** Undefined when the sender does not capture content. */
  readonly text: string | undefined;
  readonly finishReason: FinishReason;
  readonly hasToolCalls: boolean;
  readonly outputTokens: number | undefined;
  readonly durationMs: number | undefined;
  readonly costUsd: number | undefined;
  /** Everything that was said before, by the user and by the model, without the system prompt and without what tools returned. */
  readonly inputText: string | undefined;
  /** The last message of the user. */
  readonly questionText: string | undefined;
  readonly systemText: string | undefined;
  /** What tools returned earlier in the conversation. */
  readonly toolText: string | undefined;
  readonly toolCalls: readonly ToolCall[] | undefined;
  readonly toolDefinitions: readonly ToolDefinition[] | undefined;
  /** Of the conversation so far, in its order. */
  readonly previousToolCalls: readonly ToolCall[] | undefined;
  readonly inputTokens: number | undefined;
  /** Characters of all that was sent: messages, system prompt, tool definitions. Undefined unless all of it is known. */
  readonly inputCharacters: number | undefined;
  readonly firstChunkMs: number | undefined;
  /** The request itself asks for JSON. */
  readonly wantsJson: boolean | undefined;
  /** What the policy of the route expects. */
  readonly expect: Expectations;
  /** Values of the answer before this one, of the same target; undefined where there is none to compare with. */
  readonly previousValues: ReadonlyMap<string, string> | undefined;
}
