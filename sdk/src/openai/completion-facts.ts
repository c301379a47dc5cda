import { UnusableAnswerError } from '../failures/errors.ts';
import type { AnswerFacts } from '../telemetry/attempt-span.ts';
import { type Fields, fieldsOf, messageParts, textOf } from './request-facts.ts';

/** Throws for anything under a status of success that is no completion; an error in the body is thrown as such. */
export function checkCompletion(target: string, data: unknown): Fields {
  const fields = fieldsOf(data);
  if (fields === undefined) throw new UnusableAnswerError(target, describeBody(data));
  if (fields.error !== undefined && fields.error !== null && !Array.isArray(fields.choices)) throw inBodyError(target, fields.error);
  const choices = Array.isArray(fields.choices) ? fields.choices : [];
  if (choices.length === 0 || !choices.every((choice) => fieldsOf(fieldsOf(choice)?.message) !== undefined)) throw new UnusableAnswerError(target, 'JSON that is no chat completion');
  return fields;
}

function describeBody(data: unknown): string {
  if (typeof data !== 'string' || data.trim() === '') return 'an empty body';
  return /^\s*</.test(data) ? 'an HTML page' : 'a body that is not JSON';
}

/** `{"error": …}` under status 200 has the class that it names. */
function inBodyError(target: string, error: unknown): Error {
  const fields = fieldsOf(error) ?? {};
  return Object.assign(new Error(`${target}: ${textOf(fields.message) ?? textOf(error) ?? 'an error in the body of a 200'}`), { code: fields.code, type: fields.type, error });
}

export function completionFacts(completion: Fields): AnswerFacts {
  const choices = (completion.choices as unknown[]).map((choice) => fieldsOf(choice) ?? {});
  const finishReasons = choices.map((choice) => textOf(choice.finish_reason)).filter((reason) => reason !== undefined);
  return {
    responseModel: textOf(completion.model), responseId: textOf(completion.id), finishReasons, ...usageFacts(completion.usage),
    outputMessages: () => choices.map((choice) => ({
      role: 'assistant', parts: messageParts(fieldsOf(choice.message) ?? {}), ...(textOf(choice.finish_reason) === undefined ? {} : { finish_reason: textOf(choice.finish_reason) }),
    })),
  };
}

export function usageFacts(usage: unknown): Pick<AnswerFacts, 'inputTokens' | 'outputTokens' | 'cacheReadTokens'> {
  const fields = fieldsOf(usage);
  if (fields === undefined) return {};
  return { inputTokens: numberOf(fields.prompt_tokens), outputTokens: numberOf(fields.completion_tokens), cacheReadTokens: numberOf(fieldsOf(fields.prompt_tokens_details)?.cached_tokens) };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
