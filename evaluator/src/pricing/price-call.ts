import { calcPrice, type Provider } from '@pydantic/genai-prices';
import { type LinearPrice, linearPrice } from './linear-price.ts';
import { priceListId } from './provider-aliases.ts';

/** Tokens of one call. `inputTokens` includes those read from a cache, as the GenAI conventions say. */
export interface TokenUsage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  /** Start of the call, ms since 1970: some prices depend on the date. */
  readonly startedAtMs: number;
}

export interface PriceBook {
  /** Cost of a call in USD. Undefined when the model, the provider or a token count is not known: never 0 in its place. */
  price(provider: string | undefined, model: string | undefined, usage: TokenUsage): number | undefined;
}

/** What was found for a (provider, model): asking the price list costs 15-200 µs, so the answer is kept. */
type Match = { readonly provider: Provider; readonly line: LinearPrice | undefined };

/** Kept matches; model names come from outside, so the number is bounded and the oldest goes first. */
const MAX_MATCHES = 2_000;
const MAX_NAME_LENGTH = 200;

/** Prices by the list that comes with `@pydantic/genai-prices`; nothing is fetched. */
export function priceBook(): PriceBook {
  const matches = new Map<string, Match | undefined>();
  return {
    price(provider, model, usage) {
      const tokens = knownTokens(usage);
      if (!provider || !model || provider.length > MAX_NAME_LENGTH || model.length > MAX_NAME_LENGTH || tokens === undefined) return undefined;
      const key = `${provider}\n${model}`;
      let match = matches.get(key);
      if (match === undefined && !matches.has(key)) {
        match = findMatch(provider, model, usage.startedAtMs);
        if (matches.size >= MAX_MATCHES) matches.delete(matches.keys().next().value ?? '');
        matches.set(key, match);
      }
      return match && priceOf(match, model, tokens, usage.startedAtMs);
    },
  };
}

/** The cost of a call by the model that answered; where the list does not know that one (a deployment's name), by the model that was asked for. */
export function costOfCall(prices: PriceBook, call: TokenUsage & { readonly provider: string | undefined; readonly responseModel: string | undefined; readonly requestModel: string | undefined }): number | undefined {
  return prices.price(call.provider, call.responseModel, call) ?? prices.price(call.provider, call.requestModel, call);
}

interface KnownTokens { readonly input: number; readonly output: number; readonly cacheRead: number }

function knownTokens({ inputTokens, outputTokens, cacheReadTokens = 0 }: TokenUsage): KnownTokens | undefined {
  if (!isCount(inputTokens) || !isCount(outputTokens)) return undefined;
  const cacheRead = isCount(cacheReadTokens) ? cacheReadTokens : 0;
  // More read from the cache than came in: the sender counts the two apart (as Anthropic's own API does).
  return { input: cacheRead > inputTokens ? inputTokens + cacheRead : inputTokens, output: outputTokens, cacheRead };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function findMatch(provider: string, model: string, atMs: number): Match | undefined {
  const found = askPriceList({ input_tokens: 1, output_tokens: 1 }, model, { providerId: priceListId(provider), timestamp: new Date(atMs) });
  // Only the matched model is kept with its provider, so that asking again does not search the whole list.
  return found === undefined ? undefined : { provider: { ...found.provider, models: [found.model] }, line: linearPrice(found) };
}

function priceOf({ provider, line }: Match, model: string, tokens: KnownTokens, atMs: number): number | undefined {
  if (line !== undefined && tokens.input < line.belowInputTokens) {
    return (tokens.input - tokens.cacheRead) * line.inputUsd + tokens.cacheRead * line.cacheReadUsd + tokens.output * line.outputUsd;
  }
  const usage = { input_tokens: tokens.input, output_tokens: tokens.output, cache_read_tokens: tokens.cacheRead };
  return askPriceList(usage, model, { provider, timestamp: new Date(atMs) })?.total_price;
}

function askPriceList(...question: Parameters<typeof calcPrice>) {
  try {
    return calcPrice(...question) ?? undefined;
  } catch {
    // The library throws on usage that contradicts itself; such a cost is not known.
    return undefined;
  }
}
