import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { JudgePolicy } from '@understudy/contracts/policy-judge';
import type { LanguageModel } from 'ai';

/** What some models do not take; found out by being told so. */
export interface Capabilities {
  readonly structured: boolean;
  readonly temperature: boolean;
}

// An OpenAI-compatible server on the own machine needs no key, and the clients of the two providers want one.
const NO_KEY = 'none';

/** Models that think before they answer, by their names. */
export function isThinkingModel({ model }: Pick<JudgePolicy, 'model'>): boolean {
  return /(?:^|\/)(?:o\d|gpt-5|deepseek-r|gpt-oss|qwq)|thinking|reason/i.test(model);
}

/** The judge's model at its provider. */
export function providerModel({ provider, model, baseUrl }: Pick<JudgePolicy, 'provider' | 'model' | 'baseUrl'>, apiKey: string | undefined, { structured }: Capabilities): LanguageModel {
  const baseURL = baseUrl?.replace(/\/+$/, '');
  if (provider === 'openai') return createOpenAI({ apiKey: apiKey ?? NO_KEY, ...(baseURL === undefined ? {} : { baseURL }) }).chat(model);
  if (provider === 'anthropic') return createAnthropic({ apiKey: apiKey ?? NO_KEY, ...(baseURL === undefined ? {} : { baseURL }) })(model);
  return createOpenAICompatible({ name: 'judge', baseURL: baseURL ?? '', ...(apiKey === undefined ? {} : { apiKey }), supportsStructuredOutputs: structured })(model);
}
