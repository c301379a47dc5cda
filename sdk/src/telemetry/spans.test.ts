import { context, trace } from '@opentelemetry/api';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recorded } from '../../test-support/recorded.ts';
import { ScriptedProvider } from '../../test-support/scripted-provider.ts';
import { StackContext } from '../../test-support/stack-context.ts';

describe('the span of an attempt', () => {
  let provider: ScriptedProvider;
  let client: OpenAI;

  beforeAll(async () => {
    provider = await ScriptedProvider.start();
    context.setGlobalContextManager(new StackContext());
  });
  afterAll(async () => {
    context.disable();
    await provider.stop();
  });
  beforeEach(() => {
    provider.calls.length = 0;
    client = new OpenAI({ apiKey: 'test', baseURL: provider.baseURL });
  });

  it('has the attributes of the contract and of the GenAI conventions', async () => {
    const { understudy, spans } = recorded();
    const openai = understudy.openai('support.answer', client, { fallbacks: ['spare'], conversationId: (body) => String(body.user) });
    await openai.chat.completions.create({ model: 'main', user: 'conversation-7', temperature: 0.5, max_tokens: 200, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'When?' }] });
    const [span] = await spans();
    expect(span?.name).toBe('chat main');
    expect(span?.kind).toBe(2);
    expect(span?.attributes).toEqual({
      'understudy.route': 'support.answer', 'understudy.target': 'openai/main', 'understudy.targets': ['openai/main', 'openai/spare'], 'understudy.request.id': expect.any(String),
      'understudy.attempt': 1, 'understudy.purpose': 'serve', 'understudy.reason': 'app-order', 'understudy.instance.id': 'instance-1',
      'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'main', 'gen_ai.request.temperature': 0.5, 'gen_ai.request.max_tokens': 200,
      'gen_ai.response.model': 'main-2026-01-01', 'gen_ai.response.id': 'chatcmpl-1', 'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.conversation.id': 'conversation-7',
      'gen_ai.usage.input_tokens': 12, 'gen_ai.usage.output_tokens': 10, 'gen_ai.usage.cache_read.input_tokens': 4, 'server.address': '127.0.0.1', 'server.port': Number(new URL(provider.baseURL).port),
      'gen_ai.input.messages': JSON.stringify([{ role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] }, { role: 'user', parts: [{ type: 'text', content: 'When?' }] }]),
      'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'The night train to Vienna leaves platform four at nine.' }], finish_reason: 'stop' }]),
    });
  });

  it('has the time to the first chunk of a stream, and its tool calls', async () => {
    provider.script('slow', { kind: 'answer', delayMs: 60 });
    provider.script('tools', { kind: 'answer', toolCall: true });
    const { understudy, spans } = recorded();
    const openai = understudy.openai('answer', client, { fallbacks: [] });
    for await (const _chunk of await openai.chat.completions.create({ model: 'slow', stream: true, messages: [] }));
    await openai.chat.completions.create({ model: 'tools', messages: [{ role: 'tool', tool_call_id: 'call_0', content: 'nine' }] });
    const [streamed, tools] = await spans();
    expect(streamed?.attributes['gen_ai.request.stream']).toBe(true);
    expect(streamed?.attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0);
    expect(JSON.parse(String(tools?.attributes['gen_ai.output.messages']))[0].parts).toEqual([{ type: 'tool_call', id: 'call_1', name: 'timetable', arguments: '{"to":"Vienna"}' }]);
    expect(JSON.parse(String(tools?.attributes['gen_ai.input.messages']))[0].parts).toEqual([{ type: 'tool_call_response', id: 'call_0', response: 'nine' }]);
  });

  it('has the tools that the model was offered, without secrets, and none at all where content is off or they are too long', async () => {
    const tools = (description: string) => [{ type: 'function' as const, function: { name: 'timetable', description, parameters: { type: 'object', required: ['to'] } } }];
    for (const [captureContent, description, found] of [[true, 'key sk-proj-abc123def456ghi789', true], [false, 'short', false], [true, 'x'.repeat(70_000), false]] as const) {
      const { understudy, spans } = recorded({ captureContent });
      await understudy.openai('answer', client, { fallbacks: [] }).chat.completions.create({ model: 'main', messages: [], tools: tools(description) });
      const text = (await spans())[0]?.attributes['gen_ai.tool.definitions'];
      expect(text === undefined ? undefined : JSON.parse(String(text))).toEqual(found ? tools('key [redacted]') : undefined);
    }
  });

  it('is a child of the application\'s own span', async () => {
    const { understudy, spans } = recorded();
    const openai = understudy.openai('answer', client, { fallbacks: [] });
    const parent = trace.setSpanContext(context.active(), { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 });
    const answer = await context.with(parent, () => openai.chat.completions.create({ model: 'main', messages: [] }));
    const [span] = await spans();
    expect(span?.parentSpanContext?.spanId).toBe('b'.repeat(16));
    expect(answer.served).toMatchObject({ traceId: 'a'.repeat(32), spanId: span?.spanContext().spanId });
  });

  it('has no content, nor an error message that could quote it, when content is off', async () => {
    provider.script('down', { kind: 'status', status: 400, body: { error: { message: 'you said SECRET' } } });
    const { understudy, spans } = recorded({ captureContent: false });
    const openai = understudy.openai('answer', client, { fallbacks: [] });
    await openai.chat.completions.create({ model: 'main', messages: [{ role: 'user', content: 'SECRET' }] });
    await openai.chat.completions.create({ model: 'down', messages: [{ role: 'user', content: 'SECRET' }] }).catch(() => {});
    const ended = await spans();
    expect(ended).toHaveLength(2);
    expect(JSON.stringify(ended.map((span) => [span.attributes, span.status]))).not.toContain('SECRET');
  });

  it('shows the question as it was asked, whatever the application does to its list afterwards', async () => {
    const { understudy, spans } = recorded();
    const openai = understudy.openai('answer', client, { fallbacks: [] });
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'When?' }];
    messages.push((await openai.chat.completions.create({ model: 'main', messages })).choices[0]?.message as OpenAI.ChatCompletionMessageParam);
    const [span] = await spans();
    expect(JSON.parse(String(span?.attributes['gen_ai.input.messages']))).toHaveLength(1);
  });

  it('keeps content bounded and parseable, the newest message first', async () => {
    const { understudy, spans } = recorded();
    const openai = understudy.openai('answer', client, { fallbacks: [] });
    await openai.chat.completions.create({ model: 'main', messages: [{ role: 'user', content: 'old'.repeat(50_000) }, { role: 'user', content: `${'é"\n'.repeat(20_000)}` }, { role: 'user', content: 'newest' }] });
    const [span] = await spans();
    const text = String(span?.attributes['gen_ai.input.messages']);
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(60_000);
    expect(JSON.parse(text).at(-1).parts[0].content).toBe('newest');
  });
});
