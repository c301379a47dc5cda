import { describe, expect, it } from 'vitest';
import { recorded, until } from '../../test-support/recorded.ts';
import { allTo, SigningEvaluator, snapshotOf } from '../../test-support/signing-evaluator.ts';
import { servedOf } from '../served.ts';

function failing(status: number): () => never {
  return () => {
    throw Object.assign(new Error(`status ${status}`), { status });
  };
}

describe('a routed function', () => {
  it('answers with the primary, and says so', async () => {
    const { understudy } = recorded();
    const ask = understudy.call('summary', { primary: { id: 'anthropic/claude', run: (name: string) => `Hello ${name}` }, fallbacks: [] });
    expect(await ask('Ada')).toMatchObject({ value: 'Hello Ada', served: { target: 'anthropic/claude', reason: 'app-order', attempts: 1 } });
  });

  it('falls through its targets to a graceful answer', async () => {
    const { understudy, spans } = recorded();
    const ask = understudy.call('summary', { primary: { id: 'a/one', run: failing(503) }, fallbacks: [{ id: 'b/two', run: failing(429) }, { id: 'static', run: () => 'Sorry, later.' }] });
    expect(await ask('x')).toMatchObject({ value: 'Sorry, later.', served: { target: 'static', reason: 'failed-over', attempts: 3 } });
    expect((await spans()).map((span) => [span.attributes['gen_ai.provider.name'], span.attributes['gen_ai.request.model'], span.attributes['error.type']])).toEqual([['a', 'one', '503'], ['b', 'two', '429'], ['custom', 'static', undefined]]);
  });

  it('puts on the span what the function reports', async () => {
    const { understudy, spans } = recorded();
    const ask = understudy.call('summary', {
      primary: {
        id: 'anthropic/claude',
        run: (question: string, { report }) => {
          report({ input: question, inputTokens: 3 });
          report({ outputTokens: 5, finishReason: 'end_turn', responseModel: 'claude-5', responseId: 'msg_1' });
          return { text: 'forty-two' };
        },
      },
      fallbacks: [],
    });
    await ask('what is it?', { conversationId: 'c1' });
    const [span] = await spans();
    expect(span?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 3, 'gen_ai.usage.output_tokens': 5, 'gen_ai.response.finish_reasons': ['end_turn'], 'gen_ai.response.model': 'claude-5', 'gen_ai.response.id': 'msg_1', 'gen_ai.conversation.id': 'c1',
    });
    expect(String(span?.attributes['gen_ai.input.messages'])).toContain('what is it?');
  });

  it('throws the application\'s own bugs without asking anybody else', async () => {
    const { understudy } = recorded();
    const asked: string[] = [];
    const ask = understudy.call('summary', { primary: { id: 'a/one', run: (text: string) => (text as unknown as { missing: () => string }).missing() }, fallbacks: [{ id: 'b/two', run: (text) => `${asked.push(text)}` }] });
    const error: unknown = await ask('x').then(() => undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(servedOf(error as object)?.failures).toEqual([{ target: 'a/one', failure: 'application-bug' }]);
    expect(asked).toEqual([]);
  });

  it('does not wait for a function that ignores its signal', async () => {
    const { understudy } = recorded();
    const ask = understudy.call('summary', { primary: { id: 'a/one', run: () => new Promise<string>(() => {}) }, fallbacks: [{ id: 'b/two', run: () => 'quick' }], attemptMs: 50 });
    expect(await ask('x')).toMatchObject({ value: 'quick', served: { failures: [{ target: 'a/one', failure: 'timeout' }] } });
  });

  it.each(['probe', 'standby'] as const)('goes on to the serving target when a %s fails, even with a fault of its own', async (purpose) => {
    const evaluator = await SigningEvaluator.start();
    const tested = purpose === 'probe' ? 'a/main' : 'b/spare';
    evaluator.publish(snapshotOf({ summary: { targets: [{ id: tested, percent: 100, purpose }, { id: purpose === 'probe' ? 'b/spare' : 'a/main', percent: 0, purpose: 'serve' }], reason: 'test' } }));
    const { understudy, spans } = recorded({ endpoint: evaluator.url });
    const run = (id: string) => (id === tested ? failing(401) : () => id);
    const ask = understudy.call('summary', { primary: { id: 'a/main', run: run('a/main') }, fallbacks: [{ id: 'b/spare', run: run('b/spare') }] });
    await until(() => understudy.status().overrides.state === 'in-force');
    const { value, served } = await ask('x');
    expect([value === tested, served.attempts, served.reason]).toEqual([false, 2, 'failed-over']);
    expect((await spans()).map((span) => [span.attributes['understudy.target'], span.attributes['understudy.purpose'], span.attributes['understudy.reason']])).toEqual([[tested, purpose, purpose], [value, 'serve', 'failed-over']]);
    await understudy.shutdown();
    await evaluator.stop();
  });

  it('never costs an answer by an override: a switched call goes back to the primary', async () => {
    const evaluator = await SigningEvaluator.start();
    evaluator.publish(snapshotOf({ summary: allTo('b/spare') }));
    const { understudy } = recorded({ endpoint: evaluator.url });
    const ask = understudy.call('summary', { primary: { id: 'a/main', run: () => 'main' }, fallbacks: [{ id: 'b/spare', run: failing(400) }] });
    await until(() => understudy.status().overrides.state === 'in-force');
    expect(await ask('x')).toMatchObject({ value: 'main', served: { reason: 'failed-over', failures: [{ target: 'b/spare', failure: 'invalid-request' }] } });
    await understudy.shutdown();
    await evaluator.stop();
  });
});
