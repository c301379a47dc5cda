import { describe, expect, it } from 'vitest';
import type { Heuristic } from './heuristic.ts';
import { type CallFacts, scoreCall } from './score-call.ts';
import { ValueMemory } from './value-memory.ts';

const healthy: CallFacts = { outputText: 'Your parcel will arrive on Monday.', finishReason: 'stop', errorType: undefined, statusIsError: false, hasToolCalls: false, durationMs: 1500, outputTokens: 30, costUsd: 0.001 };

describe('the signals of a call', () => {
  it('are all there for a healthy answer', () => {
    const { signals, flags } = scoreCall(healthy);
    expect({ signals, flags }).toMatchObject({ signals: { error: 0, timeout: 0, empty: 0, truncated: 0, refusal: 0, loop: 0, length: 34, latency_per_token: 0.05, cost_per_call: 0.001, fence: 0, heading: 0, bullets: 0, opener: 0 }, flags: [] });
    for (const unknown of ['json_invalid', 'tool_call_invalid', 'constraint_broken', 'irrelevance', 'ungrounded', 'input_tokens_per_char'] as const) expect(signals).not.toHaveProperty(unknown);
  });

  it('follow what the policy expects, remember the answer before, and hold those of the user\'s own heuristics', () => {
    const memory = new ValueMemory();
    const custom: Heuristic = { signal: 'custom.polite', version: 1, score: ({ text }) => ({ score: text?.includes('please') ? 0 : 1, flags: ['custom.polite'] }) };
    const json = { ...healthy, outputText: '{"sentiment":"good"}', series: 'shop/extract/mini' };
    expect(scoreCall(json, { expect: { format: 'json' }, memory, custom: [custom] })).toMatchObject({ signals: { json_invalid: 0, 'custom.polite': 1 }, flags: ['custom.polite'] });
    expect(scoreCall(json, { memory }).signals).toMatchObject({ value_share: 1 });
    expect(scoreCall(json, { memory }).signals).not.toHaveProperty('value_share');
  });

  it('are of the failure only when a call failed, whatever came with it', () => {
    expect(scoreCall({ ...healthy, errorType: '503', statusIsError: true })).toEqual({ signals: { error: 1, timeout: 0 }, flags: ['error:failed'] });
    expect(scoreCall({ ...healthy, errorType: 'timeout', statusIsError: true })).toEqual({ signals: { error: 1, timeout: 1 }, flags: ['error:timed-out'] });
  });

  it('are a refusal when the provider\'s filter answered with an error', () => {
    expect(scoreCall({ ...healthy, outputText: undefined, errorType: 'content_filter', statusIsError: true })).toEqual({ signals: { refusal: 1 }, flags: ['refusal:content-filter'] });
  });

  it('are none when the call failed by the caller\'s own doing', () => {
    expect(scoreCall({ ...healthy, errorType: 'AbortError', statusIsError: true })).toEqual({ signals: {}, flags: ['error:not-the-targets-fault'] });
  });

  it('leave out what is not known: no content captured, no price, no token counts', () => {
    const { signals } = scoreCall({ ...healthy, outputText: undefined, costUsd: undefined, outputTokens: undefined });
    expect(signals).toEqual({ error: 0, timeout: 0, truncated: 0 });
  });

  it('say why', () => {
    expect(scoreCall({ ...healthy, outputText: '', finishReason: 'length' }).flags).toEqual(['empty', 'truncated:limit']);
    expect(scoreCall({ ...healthy, outputText: 'I\'m sorry, but I can\'t help with that.' }).flags).toEqual(['refusal:cannot-help']);
    expect(scoreCall({ ...healthy, outputText: 'again and again '.repeat(40) }).flags).toEqual(['loop:tail']);
  });
});
