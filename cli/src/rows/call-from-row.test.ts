import { priceBook } from '@understudy/evaluator/pricing/price-call';
import { describe, expect, it } from 'vitest';
import { callFromRow } from './call-from-row.ts';
import type { RowField } from './field-map.ts';

const prices = priceBook();
const callOf = (row: Partial<Record<RowField, string>>) => callFromRow((field) => row[field], prices, Date.UTC(2026, 0, 1));

describe('a row as a call', () => {
  it('has what the row says, in our units', () => {
    expect(callOf({ output: 'Hello.', latencySeconds: '1.5', outputTokens: '30', costUsd: '0.002', finishReason: 'max_tokens' })).toEqual({
      outputText: 'Hello.', durationMs: 1500, outputTokens: 30, costUsd: 0.002, finishReason: 'length', errorType: undefined, statusIsError: false, hasToolCalls: false,
    });
  });
  it('does not know what the row leaves out or marks as missing', () => {
    for (const nothing of ['', ' ', 'NaN', 'null', 'None', '-1']) expect(callOf({ latencySeconds: nothing, outputTokens: nothing, costUsd: nothing })).toMatchObject({ durationMs: undefined, outputTokens: undefined, costUsd: undefined });
    expect(callOf({}).outputText).toBeUndefined();
  });
  it('failed when its error says so', () => {
    for (const error of ['', '0', 'false', 'None', 'ok', '200']) expect(callOf({ error })).toMatchObject({ statusIsError: false, errorType: undefined });
    for (const error of ['1', 'true', 'Yes']) expect(callOf({ error })).toMatchObject({ statusIsError: true, errorType: undefined });
    expect(callOf({ error: '503' })).toMatchObject({ statusIsError: true, errorType: '503' });
  });
  it('is priced by its model where it has no cost, and only with the provider\'s name', () => {
    const tokens = { inputTokens: '1000000', outputTokens: '1000000' };
    expect(callOf({ ...tokens, model: 'openai/gpt-4o-mini' }).costUsd).toBeCloseTo(0.75, 9);
    expect(callOf({ ...tokens, model: 'openai/gpt-4o-mini', costUsd: '3' }).costUsd).toBe(3);
    expect(callOf({ ...tokens, model: 'gpt-4o-mini' }).costUsd).toBeUndefined();
    expect(callOf({ model: 'openai/gpt-4o-mini' }).costUsd).toBeUndefined();
  });
  it('refuses text where a number is meant', () => expect(() => callOf({ latencySeconds: 'fast' })).toThrowError('latencySeconds is "fast", which is no number'));
});
