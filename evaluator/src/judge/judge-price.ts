import type { JudgePolicy } from '@understudy/contracts/policy-judge';
import type { PriceBook } from '../pricing/price-call.ts';
import type { JudgeUsage } from './judge.ts';
import type { JudgePrompt } from './prompt.ts';

export interface JudgePrice {
  /** Cost of one request. Undefined where price or usage is not known: never 0 in its place. */
  costOf(usage: JudgeUsage, atMs: number): number | undefined;
  /** The most that a request can cost. */
  mostCostOf(prompt: JudgePrompt, mostOutputTokens: number, atMs: number): number | undefined;
}

const TOKENS_PER_PRICE = 1e6;
/** What providers add to a request: roles, the schema of the answer once more. */
const OVERHEAD_TOKENS = 1_000;

export function judgePrice({ provider, model, prices: own }: Pick<JudgePolicy, 'provider' | 'model' | 'prices'>, book: PriceBook): JudgePrice {
  const price = (usage: JudgeUsage, startedAtMs: number): number | undefined => {
    const { inputTokens, outputTokens, cachedInputTokens: cacheReadTokens } = usage;
    if (own === undefined) return book.price(provider === 'openai-compatible' ? undefined : provider, model, { inputTokens, outputTokens, cacheReadTokens, startedAtMs });
    if (inputTokens === undefined || outputTokens === undefined) return undefined;
    return (inputTokens * own.inputPerMillion + outputTokens * own.outputPerMillion) / TOKENS_PER_PRICE;
  };
  return {
    costOf: price,
    mostCostOf: ({ system, user }, mostOutputTokens, atMs) => price({
      // Every tokenizer in use falls back to bytes at worst: no text has more tokens than bytes.
      inputTokens: Buffer.byteLength(system) + Buffer.byteLength(user) + OVERHEAD_TOKENS, cachedInputTokens: 0, outputTokens: mostOutputTokens,
    }, atMs),
  };
}

/** A sum is known only when all of it is. */
export function addCosts(...costs: readonly (number | undefined)[]): number | undefined {
  return costs.reduce((sum, cost) => (sum === undefined || cost === undefined ? undefined : sum + cost), 0);
}

export function addUsage(a: JudgeUsage, b: JudgeUsage): JudgeUsage {
  return { inputTokens: addCosts(a.inputTokens, b.inputTokens), cachedInputTokens: addCosts(a.cachedInputTokens, b.cachedInputTokens), outputTokens: addCosts(a.outputTokens, b.outputTokens) };
}
