import { z } from 'zod';
import type { AnswerPlan } from './planned-answer.ts';

/** The part of OpenAI's chat completions that the demo's provider speaks. Unknown fields are let through, as the real one lets most. */
const contentSchema = z.union([z.string(), z.array(z.object({ type: z.string(), text: z.string().default('') })).transform((parts) => parts.map((part) => part.text).join(''))]);

export const chatRequestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: contentSchema.nullish().transform((content) => content ?? '') })).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  response_format: z.object({ type: z.string(), json_schema: z.object({ schema: z.unknown() }).nullish() }).nullish(),
});

export type ChatRequest = z.infer<typeof chatRequestSchema>;

/** The build behind the model names, as OpenAI tells it. */
const FINGERPRINT = 'fp_demo';

export interface CompletionIdentity { readonly id: string; readonly created: number; readonly model: string }

export function usageOf(plan: AnswerPlan) {
  return { prompt_tokens: plan.promptTokens, completion_tokens: plan.completionTokens, total_tokens: plan.promptTokens + plan.completionTokens };
}

export function completionBody(identity: CompletionIdentity, plan: AnswerPlan) {
  return {
    ...identity, object: 'chat.completion', system_fingerprint: FINGERPRINT,
    choices: [{ index: 0, message: { role: 'assistant', content: plan.text, refusal: null }, logprobs: null, finish_reason: plan.finishReason }],
    usage: usageOf(plan),
  };
}

/** The chunks of a streamed answer, in order; the last one says why it ended, and one more tells the usage if that was asked for. */
export function completionChunks(identity: CompletionIdentity, plan: AnswerPlan, includeUsage: boolean) {
  const chunk = (delta: object, finishReason: string | null) => ({ ...identity, object: 'chat.completion.chunk', choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }], ...(includeUsage ? { usage: null } : {}) });
  return {
    first: chunk({ role: 'assistant', content: '' }, null),
    texts: pieces(plan.text).map((content) => chunk({ content }, null)),
    last: [chunk({}, plan.finishReason), ...(includeUsage ? [{ ...identity, object: 'chat.completion.chunk', choices: [], usage: usageOf(plan) }] : [])],
  };
}

export function errorBody(message: string, type: string, code: string | null = null, param: string | null = null) {
  return { error: { message, type, param, code } };
}

const PIECES = 8;

function pieces(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / PIECES));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
}
