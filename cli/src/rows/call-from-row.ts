import type { CallFacts } from '@understudy/evaluator/heuristics/score-call';
import { normaliseFinishReason } from '@understudy/evaluator/normalise/finish-reason';
import { costOfCall, type PriceBook } from '@understudy/evaluator/pricing/price-call';
import type { RowField } from './field-map.ts';

/** Reads one field of a row as text; undefined when the row has no such field. */
export type FieldText = (field: RowField) => string | undefined;

/** Words that stand for "nothing" where a number, a reason or an error could be. */
const NOTHING = new Set(['', 'nan', 'null', 'none', 'na', 'n/a', 'nil', 'undefined', '-']);
const NO_ERROR = new Set([...NOTHING, '0', 'false', 'no', 'ok', 'success', '200']);
const SOME_ERROR = new Set(['1', 'true', 'yes']);

/** Thrown by `callFromRow` for a number that is none; the reader adds file and row. */
export class NotANumber extends Error {
  readonly field: RowField;
  readonly text: string;

  constructor(field: RowField, text: string) {
    super(`${field} is "${text.slice(0, 40)}", which is no number`);
    this.field = field;
    this.text = text;
  }
}

/** What a row says of a call. `nowMs`: prices of that day, where the row has no cost of its own. */
export function callFromRow(text: FieldText, prices: PriceBook, nowMs: number): CallFacts {
  const error = text('error')?.trim();
  const isError = error !== undefined && !NO_ERROR.has(error.toLowerCase());
  const latencySeconds = numberOf('latencySeconds', text);
  const outputTokens = numberOf('outputTokens', text);
  const inputTokens = numberOf('inputTokens', text);
  const input = text('input');
  return {
    outputText: text('output'),
    finishReason: normaliseFinishReason(text('finishReason')?.trim()),
    errorType: isError && !SOME_ERROR.has(error.toLowerCase()) ? error : undefined,
    statusIsError: isError,
    hasToolCalls: false,
    durationMs: latencySeconds === undefined ? undefined : latencySeconds * 1000,
    outputTokens,
    costUsd: numberOf('costUsd', text) ?? costOf(text('model')?.trim(), { inputTokens, outputTokens, startedAtMs: nowMs }, prices),
    inputText: input, questionText: input, inputTokens, inputCharacters: input?.length,
  };
}

/** A model is priced when its provider stands before it: `openai/gpt-5-mini`. */
function costOf(model: string | undefined, usage: { inputTokens: number | undefined; outputTokens: number | undefined; startedAtMs: number }, prices: PriceBook): number | undefined {
  const slash = model?.indexOf('/') ?? -1;
  if (model === undefined || slash < 1) return undefined;
  return costOfCall(prices, { ...usage, provider: model.slice(0, slash), requestModel: model.slice(slash + 1), responseModel: undefined });
}

/** Negative numbers stand for "not known" in many logs. */
function numberOf(field: RowField, text: FieldText): number | undefined {
  const raw = text(field)?.trim();
  if (raw === undefined || NOTHING.has(raw.toLowerCase())) return undefined;
  const number = Number(raw);
  if (!Number.isFinite(number)) throw new NotANumber(field, raw);
  return number < 0 ? undefined : number;
}
