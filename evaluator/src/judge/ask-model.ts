import { generateText, type LanguageModel, type LanguageModelUsage, Output } from 'ai';
import type { JudgeUsage } from './judge.ts';
import type { JudgePrompt } from './prompt.ts';
import type { Capabilities } from './provider-model.ts';
import type { VerdictSchema } from './verdict.ts';

export interface Question {
  readonly prompt: JudgePrompt;
  readonly schema: VerdictSchema;
  readonly maxOutputTokens: number;
  /** The model thinks before it answers: for yes/no questions little of that is enough. */
  readonly isThinking: boolean;
}

export interface ModelAnswer {
  readonly text: string;
  readonly finishReason: string;
  readonly usage: JudgeUsage;
  readonly responseModel: string | undefined;
  readonly fingerprint: string | undefined;
}

// The library writes to the console what a model does not take; that is found out and remembered here.
globalThis.AI_SDK_LOG_WARNINGS = false;

/** One request, no retry. Throws what the AI SDK throws. */
export async function askModel(model: LanguageModel, { prompt, schema, maxOutputTokens, isThinking }: Question, capabilities: Capabilities, abortSignal: AbortSignal): Promise<ModelAnswer> {
  const result = await generateText({
    model, instructions: prompt.system, prompt: prompt.user, maxOutputTokens, maxRetries: 0, abortSignal,
    ...(capabilities.temperature ? { temperature: 0 } : {}),
    ...(isThinking ? { providerOptions: { openai: { reasoningEffort: 'low' } } } : {}),
    ...(capabilities.structured ? { output: rawText(schema) } : {}),
    include: { responseBody: true },
  });
  return {
    text: result.finishReason === 'stop' && capabilities.structured ? result.output : result.text,
    finishReason: result.finishReason, usage: usageOf(result.usage), responseModel: result.response.modelId || undefined, fingerprint: fingerprintOf(result.response.body),
  };
}

/** Asks for the schema as the library does, and gives the text as it came: the library's own parser takes the last of two equal keys, and throws the rest of the answer away. */
function rawText(schema: VerdictSchema): Output.Output<string> {
  const { responseFormat } = Output.object({ schema, name: 'verdict' });
  return {
    name: 'verdict', responseFormat,
    parseCompleteOutput: async ({ text }) => text,
    parsePartialOutput: async ({ text }) => ({ partial: text }),
    createElementStreamTransform: () => undefined,
  };
}

function usageOf({ inputTokens, inputTokenDetails, outputTokens }: LanguageModelUsage): JudgeUsage {
  return { inputTokens, cachedInputTokens: inputTokenDetails.cacheReadTokens, outputTokens };
}

/** OpenAI's `system_fingerprint`: another one means another build behind the same name. */
function fingerprintOf(body: unknown): string | undefined {
  const fingerprint = typeof body === 'object' && body !== null && 'system_fingerprint' in body ? body.system_fingerprint : undefined;
  return typeof fingerprint === 'string' && fingerprint !== '' ? fingerprint.slice(0, 200) : undefined;
}
