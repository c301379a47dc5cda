import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Recorded, recorded, until } from '../../test-support/recorded.ts';
import { ScriptedProvider } from '../../test-support/scripted-provider.ts';
import { StreamInterruptedError } from '../understudy.ts';

const ASKED = { messages: [{ role: 'user' as const, content: 'When does it leave?' }], stream: true as const };
const WHOLE = 'The night train to Vienna leaves platform four at nine.';

describe('a routed stream', () => {
  let provider: ScriptedProvider;
  let client: OpenAI;
  let sdk: Recorded;

  beforeAll(async () => { provider = await ScriptedProvider.start(); });
  afterAll(() => provider.stop());
  beforeEach(() => {
    provider.calls.length = 0;
    client = new OpenAI({ apiKey: 'test', baseURL: provider.baseURL, logLevel: 'off' });
    sdk = recorded();
  });

  it.each(['cut', 'stall', 'malformed', 'end', 'error-event'] as const)('that breaks off after its first words (%s) is an error with the partial answer, never a success', async (how) => {
    provider.script('broken', { kind: 'break', words: 4, how });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'], stallMs: 200 });
    const stream = await openai.chat.completions.create({ model: 'broken', ...ASKED });
    const heard: string[] = [];
    const error = await collect(stream, heard).then(() => undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect((error as StreamInterruptedError).partial).toBe('The night train to');
    expect((error as StreamInterruptedError).served?.target).toBe('openai/broken');
    expect(heard.join('')).toBe('The night train to');
    expect(provider.callsTo('spare'), 'nothing is spliced on').toBe(0);
    const [span] = await sdk.spans();
    expect(span?.status.code).toBe(2);
    expect(span?.attributes['error.type']).toBe(how === 'stall' ? 'timeout' : 'stream_interrupted');
    expect(span?.attributes['gen_ai.response.finish_reasons']).toEqual(['error']);
    expect(String(span?.attributes['gen_ai.output.messages'])).toContain('The night train to');
  });

  it.each(['cut', 'stall', 'malformed', 'end', 'error-event'] as const)('that breaks off before its first word (%s) is answered by the fallback', async (how) => {
    provider.script('broken', { kind: 'break', words: 0, how });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'], firstTokenMs: 200 });
    const stream = await openai.chat.completions.create({ model: 'broken', ...ASKED });
    expect(stream.served).toMatchObject({ target: 'openai/spare', reason: 'failed-over' });
    expect((await collect(stream)).join('')).toBe(WHOLE);
  });

  it.each(['cut', 'stall', 'end'] as const)('with buffer full is answered whole by the fallback, also after a late break (%s)', async (how) => {
    provider.script('broken', { kind: 'break', words: 4, how });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'], firstTokenMs: 200, stallMs: 200, buffer: 'full' });
    const stream = await openai.chat.completions.create({ model: 'broken', ...ASKED });
    expect(stream.served.target).toBe('openai/spare');
    expect((await collect(stream)).join('')).toBe(WHOLE);
  });

  it.each([
    ['the client cannot read', [{ choices: [null] }, says('no')]],
    ['never comes to its first word', Array.from({ length: 2_000 }, () => says(''))],
  ])('that %s is answered by the fallback', async (_name, chunks) => {
    provider.script('odd', { kind: 'chunks', chunks });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'] });
    const stream = await openai.chat.completions.create({ model: 'odd', ...ASKED });
    expect(stream.served).toMatchObject({ target: 'openai/spare', failures: [{ failure: 'unusable-answer' }] });
    expect((await collect(stream)).join('')).toBe(WHOLE);
  });

  it('with nothing but pings has a limit to its first word', async () => {
    provider.script('pinging', { kind: 'pings' });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'], firstTokenMs: 150 });
    const stream = await openai.chat.completions.create({ model: 'pinging', ...ASKED });
    expect(stream.served).toMatchObject({ target: 'openai/spare', failures: [{ failure: 'first-token-timeout' }] });
    await collect(stream);
    await until(() => provider.calls[0]?.aborted === true);
  });

  it('whose provider never says [DONE] ends with its finish reason', async () => {
    provider.script('endless', { kind: 'no-done' });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'] });
    const stream = await openai.chat.completions.create({ model: 'endless', ...ASKED });
    expect((await collect(stream)).join('')).toBe(WHOLE);
    const [span] = await sdk.spans();
    expect([span?.status.code, span?.attributes['gen_ai.response.finish_reasons']]).toEqual([0, ['stop']]);
  });

  it('that the application leaves early ends its span, and the request', async () => {
    provider.script('long', { kind: 'answer', gapMs: 50 });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'] });
    const stream = await openai.chat.completions.create({ model: 'long', ...ASKED });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    const [span] = await sdk.spans();
    expect([span?.status.code, span?.attributes['error.type'], span?.attributes['gen_ai.response.finish_reasons']]).toEqual([0, undefined, ['error']]);
    await until(() => provider.calls[0]?.aborted === true, 1_000);
  });

  it('ends its span when it is aborted by its controller or by the caller\'s signal', async () => {
    provider.script('long', { kind: 'answer', gapMs: 50 });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'] });
    const caller = new AbortController();
    const first = await openai.chat.completions.create({ model: 'long', ...ASKED }, { signal: caller.signal });
    caller.abort();
    await collect(first);
    const second = await openai.chat.completions.create({ model: 'long', ...ASKED });
    second.controller.abort();
    await collect(second);
    expect(await sdk.spans()).toHaveLength(2);
    await until(() => provider.calls.every((call) => call.aborted), 1_000);
  });

  it('shows the usage chunk to an application that asked for it', async () => {
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [] });
    const stream = await openai.chat.completions.create({ model: 'main', ...ASKED, stream_options: { include_usage: true } });
    const usages: unknown[] = [];
    for await (const chunk of stream) if (chunk.usage) usages.push(chunk.usage);
    expect(usages).toHaveLength(1);
  });

  it('goes on without usage where the server refuses to give it', async () => {
    provider.script('strict', { kind: 'status', status: 400, body: { error: { message: 'Unknown parameter: stream_options' } } }, { kind: 'answer' });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [] });
    for (let call = 0; call < 2; call += 1) expect((await collect(await openai.chat.completions.create({ model: 'strict', ...ASKED }))).join('')).toBe(WHOLE);
    expect(provider.calls.map((call) => 'stream_options' in call.body)).toEqual([true, false, false]);
  });

  it.each([
    ['a tool call alone', [{ choices: [{ index: 0, delta: { role: 'assistant', content: null, tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'timetable', arguments: '' } }] }, finish_reason: null }] }, 400, finish('tool_calls')]],
    ['reasoning before any word', [{ choices: [{ index: 0, delta: { reasoning_content: 'Hm.' }, finish_reason: null }] }, 400, says('Nine.'), finish()]],
    ['words after an empty chunk about filters', [{ choices: [], prompt_filter_results: [] }, says('Nine.'), 400, finish()]],
  ])('belongs to its target from the first sign of an answer: %s', async (_name, chunks) => {
    provider.script('sign', { kind: 'chunks', chunks });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'], firstTokenMs: 200 });
    const stream = await openai.chat.completions.create({ model: 'sign', ...ASKED });
    expect(stream.served).toMatchObject({ target: 'openai/sign', attempts: 1 });
    await collect(stream);
    expect((await sdk.spans())[0]?.status.code).toBe(0);
  });

  it('waits for every choice that was asked for, also when they come one after the other', async () => {
    provider.script('both', { kind: 'chunks', chunks: [says('one'), finish(), 700, says('two', 1), finish('stop', 1)] });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [] });
    expect(await collect(await openai.chat.completions.create({ model: 'both', n: 2, ...ASKED }))).toEqual(['one', '', 'two', '']);
    provider.script('fewer', { kind: 'chunks', chunks: [says('one'), finish()] });
    expect(await collect(await openai.chat.completions.create({ model: 'fewer', n: 2, ...ASKED }))).toEqual(['one', '']);
  });

  it('waits longer for the usage that the application asked for', async () => {
    provider.script('late', { kind: 'chunks', chunks: [says('one'), finish(), 900, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }] });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [] });
    const stream = await openai.chat.completions.create({ model: 'late', ...ASKED, stream_options: { include_usage: true } });
    const usages: unknown[] = [];
    for await (const chunk of stream) if (chunk.usage) usages.push(chunk.usage.total_tokens);
    expect(usages).toEqual([2]);
  });

  it('that never ends is an error when its time is over, however fast its words come', async () => {
    provider.script('flood', { kind: 'chunks', chunks: Array.from({ length: 2_000 }, (_, index) => (index % 20 === 0 ? 5 : says('word '))) });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [], streamMs: 100 });
    await expect(collect(await openai.chat.completions.create({ model: 'flood', ...ASKED }))).rejects.toBeInstanceOf(StreamInterruptedError);
  });

  it('that is read too slowly is an error, not a shorter answer', async () => {
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [], streamMs: 60, stallMs: 60 });
    const stream = await openai.chat.completions.create({ model: 'main', ...ASKED });
    const heard: string[] = [];
    const slowly = async (): Promise<void> => {
      for await (const chunk of stream) {
        heard.push(chunk.choices[0]?.delta.content ?? '');
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    };
    await expect(slowly()).rejects.toBeInstanceOf(StreamInterruptedError);
    expect(heard.join('')).not.toBe(WHOLE);
    const forgotten = await openai.chat.completions.create({ model: 'main', ...ASKED });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(collect(forgotten)).rejects.toBeInstanceOf(StreamInterruptedError);
    expect((await sdk.spans())[1]?.attributes['error.type'], 'no fault of the target').toBeUndefined();
  });

  it('has no limit that is too long for a timer', async () => {
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'], timeoutMs: Number.POSITIVE_INFINITY, firstTokenMs: 1e12, stallMs: Number.POSITIVE_INFINITY, streamMs: Number.NaN });
    const stream = await openai.chat.completions.create({ model: 'main', ...ASKED });
    expect(stream.served.attempts).toBe(1);
    expect((await collect(stream)).join('')).toBe(WHOLE);
  });

  it('with buffer full may take longer than a first word may', async () => {
    provider.script('long', { kind: 'answer', gapMs: 40 });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'], firstTokenMs: 200, buffer: 'full' });
    const stream = await openai.chat.completions.create({ model: 'long', ...ASKED });
    expect(stream.served).toMatchObject({ target: 'openai/long', attempts: 1 });
    expect((await collect(stream)).join('')).toBe(WHOLE);
    provider.script('silent', { kind: 'pings' });
    const spare = await openai.chat.completions.create({ model: 'silent', ...ASKED });
    expect(spare.served).toMatchObject({ target: 'openai/spare', failures: [{ failure: 'first-token-timeout' }] });
  });

  it('is asked for without usage where the server refuses it in words that cannot be read', async () => {
    provider.script('terse', { kind: 'status', status: 422, body: 'unexpected field' }, { kind: 'answer' });
    const openai = sdk.understudy.openai('answer', client, { fallbacks: [] });
    for (let call = 0; call < 2; call += 1) expect((await collect(await openai.chat.completions.create({ model: 'terse', ...ASKED }))).join('')).toBe(WHOLE);
    expect(provider.calls.map((call) => 'stream_options' in call.body)).toEqual([true, false, false]);
    provider.script('invalid', { kind: 'status', status: 400 });
    await expect(openai.chat.completions.create({ model: 'invalid', ...ASKED })).rejects.toMatchObject({ status: 400 });
  });

  it('keeps the client\'s own stream: tee, withResponse and the helpers', async () => {
    const openai = sdk.understudy.openai('answer', client, { fallbacks: ['spare'] });
    const { data, response } = await openai.chat.completions.create({ model: 'main', ...ASKED }).withResponse();
    expect(response.status).toBe(200);
    const [left, right] = data.tee();
    expect([(await collect(left)).join(''), (await collect(right)).join('')]).toEqual([WHOLE, WHOLE]);
    provider.script('down', { kind: 'status', status: 500 });
    const final = await openai.chat.completions.stream({ model: 'down', messages: ASKED.messages }).finalContent();
    expect(final).toBe(WHOLE);
    const parsed = await openai.chat.completions.parse({ model: 'down', messages: ASKED.messages });
    expect(parsed.choices[0]?.message.content).toBe(WHOLE);
    expect(await sdk.spans()).toHaveLength(5);
  });
});

function says(content: string, index = 0): object {
  return { choices: [{ index, delta: { content }, finish_reason: null }] };
}

function finish(reason = 'stop', index = 0): object {
  return { choices: [{ index, delta: {}, finish_reason: reason }] };
}

async function collect(stream: AsyncIterable<OpenAI.ChatCompletionChunk>, heard: string[] = []): Promise<string[]> {
  for await (const chunk of stream) heard.push(chunk.choices[0]?.delta.content ?? '');
  return heard;
}
