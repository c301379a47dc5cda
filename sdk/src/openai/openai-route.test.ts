import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recorded, until } from '../../test-support/recorded.ts';
import { ScriptedProvider } from '../../test-support/scripted-provider.ts';
import { allTo, SigningEvaluator, snapshotOf } from '../../test-support/signing-evaluator.ts';
import { servedOf } from '../served.ts';

const QUESTION = { messages: [{ role: 'user' as const, content: 'When does it leave?' }] };

describe('a routed OpenAI client', () => {
  let provider: ScriptedProvider;
  let client: OpenAI;

  beforeAll(async () => { provider = await ScriptedProvider.start(); });
  afterAll(() => provider.stop());
  beforeEach(() => {
    provider.calls.length = 0;
    client = new OpenAI({ apiKey: 'test', baseURL: provider.baseURL });
  });

  it('answers as before, and says who served it', async () => {
    const { understudy } = recorded();
    const openai = understudy.openai('support.answer', client, { fallbacks: ['spare'] });
    const answer = await openai.chat.completions.create({ model: 'main', ...QUESTION });
    expect(answer.choices[0]?.message.content).toContain('Vienna');
    expect(answer.served).toMatchObject({ target: 'openai/main', reason: 'app-order', attempts: 1, failures: [] });
    expect(JSON.stringify(answer)).not.toContain('served');
    expect(provider.calls[0]?.body).toEqual({ model: 'main', ...QUESTION });
  });

  it('follows a signed override, and goes back when it is cleared', async () => {
    const evaluator = await SigningEvaluator.start();
    evaluator.publish(snapshotOf({ 'support.answer': allTo('openai/spare') }));
    const { understudy, spans } = recorded({ endpoint: evaluator.url });
    const openai = understudy.openai('support.answer', client, { fallbacks: ['spare'] });
    await until(() => understudy.status().overrides.state === 'in-force');
    const overridden = await openai.chat.completions.create({ model: 'main', ...QUESTION });
    expect(overridden.served).toMatchObject({ target: 'openai/spare', reason: 'override', attempts: 1 });
    expect(overridden.model).toBe('spare-2026-01-01');
    evaluator.publish(snapshotOf({}, { version: 2 }));
    await until(() => understudy.status().overrides.version === 2);
    expect((await openai.chat.completions.create({ model: 'main', ...QUESTION })).served.reason).toBe('app-order');
    expect((await spans()).map((span) => span.attributes['understudy.override.version'])).toEqual(['1.1', undefined]);
    await understudy.shutdown();
    await evaluator.stop();
  });

  it('streams, asks for usage on its own account and does not show it', async () => {
    const { understudy, spans } = recorded();
    const openai = understudy.openai('support.answer', client, { fallbacks: ['spare'] });
    const stream = await openai.chat.completions.create({ model: 'main', stream: true, ...QUESTION });
    expect(stream.served.target).toBe('openai/main');
    const words: string[] = [];
    for await (const chunk of stream) words.push(chunk.choices[0]?.delta.content ?? `(${chunk.choices.length})`);
    expect(words.join('')).toBe('The night train to Vienna leaves platform four at nine.(1)');
    const [span] = await spans();
    expect(span?.attributes['gen_ai.usage.output_tokens']).toBe(10);
    expect(servedOf(stream)?.attempts).toBe(1);
  });

  it('falls back at once when the primary fails', async () => {
    provider.script('broken', { kind: 'status', status: 503 });
    const { understudy, spans } = recorded();
    const openai = understudy.openai('support.answer', client, { fallbacks: ['spare'] });
    const answer = await openai.chat.completions.create({ model: 'broken', ...QUESTION });
    expect(answer.served).toMatchObject({ target: 'openai/spare', reason: 'failed-over', attempts: 2, failures: [{ target: 'openai/broken', failure: 'server-error' }] });
    expect(provider.callsTo('broken')).toBe(1);
    const ended = await spans();
    expect(ended.map((span) => [span.attributes['understudy.target'], span.attributes['understudy.attempt'], span.attributes['error.type']])).toEqual([['openai/broken', 1, '503'], ['openai/spare', 2, undefined]]);
    expect(new Set(ended.map((span) => span.attributes['understudy.request.id'])).size).toBe(1);
  });
});
