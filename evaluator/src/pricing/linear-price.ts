import type { PriceCalculation } from '@pydantic/genai-prices';

/** USD per token, valid while a call has fewer input tokens than `belowInputTokens` (the first price tier). */
export interface LinearPrice {
  readonly inputUsd: number;
  readonly cacheReadUsd: number;
  readonly outputUsd: number;
  readonly belowInputTokens: number;
}

const TOKENS_PER_UNIT = 1e6;
/** Kinds of price that do not enter a call of text tokens, or enter as a line. Any other kind (per request, …) is left to the price list's own arithmetic. */
const NOT_USED = /^(?:cache_write|cache_audio|cache_image|input_audio|input_image|input_video|output_audio|output_image|output_video|web_searches|storage_searches)/;

/** The straight part of a model's price: two multiplications a call instead of the library's 5-15 µs. Undefined where the price is no line. */
export function linearPrice(found: Pick<PriceCalculation, 'model' | 'model_price'>): LinearPrice | undefined {
  // An array means prices that depend on the date or the time of day.
  if (Array.isArray(found.model.prices)) return undefined;
  const { input_mtok: input, output_mtok: output, cache_read_mtok: cacheRead, ...others } = found.model_price;
  if (input === undefined || output === undefined || Object.keys(others).some((name) => !NOT_USED.test(name))) return undefined;
  const parts = [input, output, cacheRead ?? input];
  const [inputUsd, outputUsd, cacheReadUsd] = parts.map((part) => (typeof part === 'number' ? part : part.base) / TOKENS_PER_UNIT);
  if (inputUsd === undefined || outputUsd === undefined || cacheReadUsd === undefined) return undefined;
  const tierStarts = parts.flatMap((part) => (typeof part === 'number' ? [] : part.tiers.map((tier) => tier.start)));
  return { inputUsd, outputUsd, cacheReadUsd, belowInputTokens: Math.min(Number.POSITIVE_INFINITY, ...tierStarts) };
}
