import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOfCall, priceBook } from './price-call.ts';

const startedAtMs = Date.UTC(2026, 5, 1);
const million = { inputTokens: 1e6, outputTokens: 1e6, startedAtMs };

describe('the cost of a call', () => {
  it('is known for a known model of a known provider, also by its dated name', () => {
    const prices = priceBook();
    expect(prices.price('openai', 'gpt-4o-mini', million)).toBeCloseTo(0.15 + 0.6, 9);
    expect(prices.price('openai', 'gpt-4o-mini-2024-07-18', million)).toBeCloseTo(0.15 + 0.6, 9);
  });

  it('is not known, rather than 0, for an unknown model, an unknown provider or missing token counts', () => {
    const prices = priceBook();
    for (let round = 0; round < 2; round++) {
      expect(prices.price('openai', 'no-such-model', million)).toBeUndefined();
      expect(prices.price('my-own-gateway', 'gpt-4o-mini', million)).toBeUndefined();
      expect(prices.price(undefined, 'gpt-4o-mini', million)).toBeUndefined();
      expect(prices.price('openai', undefined, million)).toBeUndefined();
      expect(prices.price('openai', 'gpt-4o-mini', { ...million, inputTokens: undefined })).toBeUndefined();
      expect(prices.price('openai', 'gpt-4o-mini', { ...million, outputTokens: undefined })).toBeUndefined();
      expect(prices.price('openai', 'gpt-4o-mini', { ...million, outputTokens: -1 })).toBeUndefined();
    }
  });

  it('counts tokens read from the cache at their own price, whether the sender includes them or counts them apart', () => {
    const prices = priceBook();
    expect(prices.price('openai', 'gpt-4o-mini', { inputTokens: 1000, cacheReadTokens: 400, outputTokens: 0, startedAtMs })).toBeCloseTo((600 * 0.15 + 400 * 0.075) / 1e6, 12);
    expect(prices.price('anthropic', 'claude-sonnet-4-5', { inputTokens: 10, cacheReadTokens: 1000, outputTokens: 0, startedAtMs })).toBeCloseTo((10 * 3 + 1000 * 0.3) / 1e6, 12);
  });

  it('is that of the model that answered, else of the model that was asked for', () => {
    const prices = priceBook();
    expect(costOfCall(prices, { ...million, provider: 'openai', requestModel: 'gpt-4o', responseModel: 'gpt-4o-mini-2024-07-18' })).toBeCloseTo(0.75, 9);
    expect(costOfCall(prices, { ...million, provider: 'openai', requestModel: 'gpt-4o-mini', responseModel: 'our-deployment' })).toBeCloseTo(0.75, 9);
    expect(costOfCall(prices, { ...million, provider: undefined, requestModel: 'gpt-4o-mini', responseModel: undefined })).toBeUndefined();
  });

  it('knows providers by the names that traces carry', () => {
    const prices = priceBook();
    for (const [provider, model] of [
      ['azure.ai.openai', 'gpt-4o'], ['az.ai.openai', 'gpt-4o'], ['gcp.vertex_ai', 'gemini-2.5-flash'], ['gcp.gemini', 'gemini-2.5-flash'], ['google', 'gemini-2.5-flash'],
      ['aws.bedrock', 'anthropic.claude-3-5-sonnet-20241022-v2:0'], ['mistral_ai', 'mistral-large-latest'], ['x_ai', 'grok-3'], ['OpenAI', 'gpt-4o'],
    ] as const) expect(prices.price(provider, model, million), provider).toBeGreaterThan(0);
  });

  it('agrees with the price list itself for flat, tiered and cached prices', () => {
    const prices = priceBook();
    const models = fc.constantFrom(['openai', 'gpt-4o-mini'], ['google', 'gemini-2.5-pro'], ['anthropic', 'claude-sonnet-4-5'], ['groq', 'llama-3.3-70b-versatile'], ['deepseek', 'deepseek-chat']);
    fc.assert(fc.property(models, fc.nat(500_000), fc.nat(100_000), fc.float({ min: 0, max: 1, noNaN: true }), ([provider, model], inputTokens, outputTokens, cachedShare) => {
      const cacheReadTokens = Math.floor(inputTokens * cachedShare);
      const expected = calcPrice({ input_tokens: inputTokens, output_tokens: outputTokens, cache_read_tokens: cacheReadTokens }, model ?? '', { providerId: provider ?? '', timestamp: new Date(startedAtMs) })?.total_price;
      expect(expected).toBeDefined();
      expect(prices.price(provider, model, { inputTokens, outputTokens, cacheReadTokens, startedAtMs })).toBeCloseTo(expected ?? Number.NaN, 9);
    }), { numRuns: 300 });
  });

  it('stays right when more model names come by than it keeps', () => {
    const prices = priceBook();
    for (let i = 0; i < 2_500; i++) expect(prices.price('openai', `unknown-${i}`, million)).toBeUndefined();
    expect(prices.price('openai', 'gpt-4o-mini', million)).toBeCloseTo(0.75, 9);
  });
});
