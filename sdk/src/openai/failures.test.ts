import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Recorded, recorded } from '../../test-support/recorded.ts';
import { type Behaviour, ScriptedProvider } from '../../test-support/scripted-provider.ts';
import { servedOf } from '../served.ts';

const QUESTION = { messages: [{ role: 'user' as const, content: 'When does it leave?' }] };
const LIMITS = { timeoutMs: 2_000, attemptMs: 300, firstTokenMs: 300 };

const status = (code: number, error: object = { message: `status ${code}` }, headers: Record<string, string> = {}): Behaviour => ({ kind: 'status', status: code, body: { error }, headers });

/** What the provider does, and what becomes of it: the class, and whether the fallback answers. */
const CLASSES: readonly (readonly [string, Behaviour, string, 'fallback' | 'caller'])[] = [
  ['429 without Retry-After', status(429), 'rate-limit', 'fallback'],
  ['429 with Retry-After', status(429, { message: 'slow down', code: 'rate_limit_exceeded' }, { 'retry-after': '30' }), 'rate-limit', 'fallback'],
  ['500', status(500), 'server-error', 'fallback'],
  ['502', status(502), 'server-error', 'fallback'],
  ['503', status(503), 'server-error', 'fallback'],
  ['529 overloaded', status(529, { message: 'Overloaded', type: 'overloaded_error' }), 'server-error', 'fallback'],
  ['408', status(408), 'server-error', 'fallback'],
  ['a connection closed before a byte', { kind: 'reset' }, 'connection', 'fallback'],
  ['silence', { kind: 'silent' }, 'timeout', 'fallback'],
  ['a slow answer', { kind: 'answer', delayMs: 1_000 }, 'timeout', 'fallback'],
  ['an empty body under 200', { kind: 'raw', body: '' }, 'unusable-answer', 'fallback'],
  ['an HTML page under 200', { kind: 'raw', body: '<html>Bad gateway</html>', type: 'text/html' }, 'unusable-answer', 'fallback'],
  ['broken JSON under 200', { kind: 'raw', body: '{"choices": [' }, 'unusable-answer', 'fallback'],
  ['JSON that is no completion under 200', { kind: 'raw', body: '{"ok":true}' }, 'unusable-answer', 'fallback'],
  ['a rate limit in the body of a 200', { kind: 'raw', body: '{"error":{"message":"later","code":"rate_limit_exceeded"}}' }, 'rate-limit', 'fallback'],
  ['a body shorter than its length', { kind: 'break', words: 0, how: 'cut' }, 'connection', 'fallback'],
  ['a model that is gone', status(404, { message: 'The model `main` does not exist', code: 'model_not_found' }), 'model-gone', 'fallback'],
  ['a wrong address (404)', status(404, { message: 'Not found' }), 'invalid-request', 'caller'],
  ['400', status(400, { message: 'bad parameter', code: 'invalid_value' }), 'invalid-request', 'caller'],
  ['401', status(401, { message: 'wrong key', code: 'invalid_api_key' }), 'unauthorized', 'caller'],
  ['403', status(403), 'unauthorized', 'caller'],
  ['422', status(422), 'invalid-request', 'caller'],
  ['413', status(413), 'too-large', 'caller'],
  ['a prompt that is too long', status(400, { message: 'maximum context length is 8192 tokens', code: 'context_length_exceeded' }), 'context-length', 'caller'],
  ['a prompt that is too long, wrapped as 503', status(503, { message: 'context_length_exceeded: maximum context length is 8192' }), 'context-length', 'caller'],
  ['a content filter', status(400, { message: 'filtered', code: 'content_filter' }), 'content-filter', 'caller'],
  ['a spent budget on the same account', status(429, { message: 'quota', code: 'insufficient_quota', type: 'insufficient_quota' }), 'quota', 'caller'],
];

describe('a call whose primary fails', () => {
  let provider: ScriptedProvider;
  let client: OpenAI;
  let sdk: Recorded;

  beforeAll(async () => { provider = await ScriptedProvider.start(); });
  afterAll(() => provider.stop());
  beforeEach(() => {
    provider.calls.length = 0;
    client = new OpenAI({ apiKey: 'test', baseURL: provider.baseURL });
    sdk = recorded();
  });

  it.each(CLASSES)('%s', async (name, behaviour, failure, whose) => {
    const model = `main-${name}`;
    provider.script(model, behaviour);
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'], ...LIMITS });
    const answer = openai.chat.completions.create({ model, ...QUESTION });
    if (whose === 'fallback') {
      expect((await answer).served).toMatchObject({ target: 'openai/spare', reason: 'failed-over', attempts: 2, failures: [{ failure }] });
    } else {
      const error = await answer.then(() => undefined, (thrown: object) => thrown);
      expect(error).toBeInstanceOf(OpenAI.APIError);
      expect(servedOf(error ?? {})).toMatchObject({ attempts: 1, failures: [{ failure }] });
      expect(provider.callsTo('spare')).toBe(0);
    }
    expect(provider.callsTo(model), 'the client must not retry beside us').toBe(1);
  });

  it.each(CLASSES.filter(([name]) => !name.includes('JSON') && !name.includes('body') && !name.includes('slow')))('in a stream: %s', async (name, behaviour, _failure, whose) => {
    const model = `stream-${name}`;
    provider.script(model, behaviour);
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'], ...LIMITS });
    const answer = openai.chat.completions.create({ model, stream: true, ...QUESTION });
    if (whose === 'caller') await expect(answer).rejects.toBeInstanceOf(OpenAI.APIError);
    else {
      const stream = await answer;
      expect(stream.served.target).toBe('openai/spare');
      expect(await textOf(stream)).toContain('Vienna');
    }
    expect(provider.callsTo(model)).toBe(1);
  });

  it('hands a truncated answer and a filtered one on as they are', async () => {
    for (const finish of ['length', 'content_filter']) {
      provider.script(finish, { kind: 'answer', finish });
      const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'] });
      const answer = await openai.chat.completions.create({ model: finish, ...QUESTION });
      expect([answer.served.attempts, answer.choices[0]?.finish_reason]).toEqual([1, finish]);
    }
  });

  it('goes to another account when one has spent its budget', async () => {
    provider.script('poor', status(429, { message: 'quota', code: 'insufficient_quota' }));
    const other = new OpenAI({ apiKey: 'other', baseURL: provider.baseURL });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['same-account', { client: other, model: 'rich' }] });
    const answer = await openai.chat.completions.create({ model: 'poor', ...QUESTION });
    expect(answer.served.target).toBe('openai/rich');
    expect(provider.callsTo('same-account')).toBe(0);
    expect(provider.calls.find((call) => call.model === 'rich')?.headers.authorization).toBe('Bearer other');
  });

  it('adapts the request to the fallback', async () => {
    provider.script('old', status(500));
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [{ model: 'new', id: 'new/short', adapt: ({ max_tokens, ...body }) => ({ ...body, model: 'new', max_completion_tokens: max_tokens }) }] });
    const answer = await openai.chat.completions.create({ model: 'old', max_tokens: 50, ...QUESTION });
    expect(answer.served.target).toBe('new/short');
    expect(provider.calls.at(-1)?.body).toEqual({ model: 'new', max_completion_tokens: 50, ...QUESTION });
  });

  it('throws the primary\'s own error when everybody fails', async () => {
    provider.script('main-down', status(503, { message: 'main is down' }));
    provider.script('spare-down', status(500, { message: 'spare is down' }));
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare-down'] });
    const error: unknown = await openai.chat.completions.create({ model: 'main-down', ...QUESTION }).then(() => undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(String(error)).toContain('main is down');
    expect(servedOf(error as object)).toMatchObject({ attempts: 3, failures: [{ target: 'openai/main-down' }, { target: 'openai/spare-down' }, { target: 'openai/main-down' }] });
    expect(provider.calls).toHaveLength(3);
  });

  it('asks the only target once more, after the wait that it asked for', async () => {
    provider.script('alone', status(429, { message: 'wait' }, { 'retry-after-ms': '150' }), { kind: 'answer' });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [] });
    const begun = performance.now();
    const answer = await openai.chat.completions.create({ model: 'alone', ...QUESTION });
    expect(answer.served).toMatchObject({ target: 'openai/alone', attempts: 2, reason: 'failed-over' });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(145);
  });

  it('does not wait for a Retry-After that is longer than its deadline', async () => {
    provider.script('alone-long', status(429, { message: 'wait' }, { 'retry-after': '30' }));
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [], timeoutMs: 1_000 });
    await expect(openai.chat.completions.create({ model: 'alone-long', ...QUESTION })).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    expect(provider.calls).toHaveLength(1);
  });

  it('keeps one deadline over all attempts', async () => {
    for (const model of ['mute-1', 'mute-2', 'mute-3']) provider.script(model, { kind: 'silent' });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['mute-2', 'mute-3'], timeoutMs: 400 });
    const begun = performance.now();
    await expect(openai.chat.completions.create({ model: 'mute-1', ...QUESTION })).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    expect(performance.now() - begun).toBeLessThan(400 + 250);
  });

  it('stops everything at once when the caller gives up, and blames nobody', async () => {
    provider.script('mute', { kind: 'silent' });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'] });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await expect(openai.chat.completions.create({ model: 'mute', ...QUESTION }, { signal: controller.signal })).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(provider.callsTo('spare')).toBe(0);
    const [span] = await sdk.spans();
    expect([span?.status.code, span?.attributes['error.type'], span?.attributes['gen_ai.response.finish_reasons']]).toEqual([0, undefined, ['error']]);
    expect(provider.calls[0]?.aborted).toBe(true);
  });

  it('leaves a target alone after five failures in a row', async () => {
    provider.script('down', status(503));
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'] });
    const reasons: string[] = [];
    for (let call = 0; call < 8; call += 1) reasons.push((await openai.chat.completions.create({ model: 'down', ...QUESTION })).served.reason);
    expect(reasons).toEqual([...Array(5).fill('failed-over'), ...Array(3).fill('breaker')]);
    expect(provider.callsTo('down')).toBe(5);
  });
});

async function textOf(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}
