import type { AttributeValue, OtlpSpan } from '@understudy/contracts/otlp/span-reader';
import { describe, expect, it } from 'vitest';
import { callFromSpan } from './call-from-span.ts';

type Attributes = Record<string, AttributeValue>;

function spanOf(attributes: Attributes, more: Partial<Omit<OtlpSpan, 'resource'>> & { resource?: Attributes } = {}): OtlpSpan {
  return {
    traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: undefined, name: 'chat model', kind: 3, startMs: 1_000, durationMs: 250, statusCode: 0, statusMessage: undefined, scopeName: undefined, droppedAttributesCount: 0,
    ...more, attributes: new Map(Object.entries(attributes)), resource: new Map(Object.entries(more.resource ?? {})),
  };
}
const chat: Attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5-mini' };
const ANSWER = JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'Hello.' }], finish_reason: 'length' }]);

describe('the call that a span reports', () => {
  it('is a request to a model; agents, tools, embeddings and other spans are none', () => {
    expect(callFromSpan(spanOf(chat))).toBeDefined();
    for (const operation of ['invoke_agent', 'execute_tool', 'embeddings', 'create_agent']) expect(callFromSpan(spanOf({ ...chat, 'gen_ai.operation.name': operation }))).toBeUndefined();
    expect(callFromSpan(spanOf({ 'http.request.method': 'POST' }))).toBeUndefined();
  });

  it('carries what the conventions name', () => {
    const call = callFromSpan(spanOf({
      ...chat, 'gen_ai.response.model': 'gpt-5-mini-2025-08-07', 'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': '20', 'gen_ai.usage.cache_read.input_tokens': 4,
      'gen_ai.output.messages': ANSWER, 'gen_ai.response.time_to_first_chunk': 0.25, 'gen_ai.conversation.id': 'c1',
    }));
    expect(call).toMatchObject({ finishReason: 'stop', finishReasonRaw: 'stop', inputTokens: 10, outputTokens: 20, cacheReadTokens: 4, outputText: 'Hello.', firstChunkMs: 250, conversationId: 'c1', responseModel: 'gpt-5-mini-2025-08-07', isError: false, durationMs: 250 });
  });

  it('takes route and target from our own attributes, else from the names that the conventions have', () => {
    const own = callFromSpan(spanOf({ ...chat, 'understudy.route': 'support.answer', 'understudy.target': 'mini', 'understudy.targets': ['mini', 'large'], 'understudy.purpose': 'probe', 'understudy.attempt': 2 }, { resource: { 'understudy.project': 'shop' } }));
    expect(own).toMatchObject({ project: 'shop', route: 'support.answer', target: 'mini', targets: ['mini', 'large'], purpose: 'probe', attempt: 2 });
    const foreign = callFromSpan(spanOf(chat, { resource: { 'service.name': 'web' } }));
    expect(foreign).toMatchObject({ project: 'default', route: 'web/chat', target: 'openai/gpt-5-mini', targets: [], purpose: 'serve', attempt: 1 });
    expect(callFromSpan(spanOf({ ...chat, 'gen_ai.agent.name': 'triage' }))?.route).toBe('triage');
  });

  it('failed when its status or its error type says so', () => {
    expect(callFromSpan(spanOf(chat, { statusCode: 2 }))?.isError).toBe(true);
    expect(callFromSpan(spanOf({ ...chat, 'error.type': 'timeout' }))).toMatchObject({ isError: true, errorType: 'timeout' });
  });

  it('has the finish reason of the message where the attribute is missing', () => {
    expect(callFromSpan(spanOf({ ...chat, 'gen_ai.output.messages': ANSWER }))?.finishReason).toBe('length');
  });

  it('leaves unknown what was not sent', () => {
    expect(callFromSpan(spanOf(chat))).toMatchObject({ outputText: undefined, inputTokens: undefined, outputTokens: undefined, firstChunkMs: undefined, finishReason: 'unknown', errorType: undefined, requestId: undefined });
  });

  it('knows what was sent: system prompt from instructions and messages, tools, and how many characters in all', () => {
    const tools = '[{"name":"find","parameters":{"type":"object"}}]';
    const call = callFromSpan(spanOf({
      ...chat, 'gen_ai.system_instructions': '[{"type":"text","content":"Be kind."}]', 'gen_ai.tool.definitions': tools, 'gen_ai.output.type': 'json',
      'gen_ai.input.messages': '[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello?"}]', 'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"tool_call","name":"find","arguments":{}}]}]',
    }));
    expect(call).toMatchObject({ systemText: 'Be kind.\nBe brief.', inputText: 'Hello?', questionText: 'Hello?', toolDefinitions: [{ name: 'find' }], toolCalls: [{ name: 'find', argumentsText: '{}' }], wantsJson: true, inputCharacters: 8 + 9 + 6 + tools.length });
    expect(callFromSpan(spanOf({ ...chat, 'gen_ai.input.messages': '[{"role":"user","content":"Hello?"}]', 'gen_ai.tool.definitions': 'unreadable' }))).toMatchObject({ inputCharacters: undefined, systemText: undefined, wantsJson: undefined });
  });

  it('bounds names that come from outside', () => {
    expect(callFromSpan(spanOf({ ...chat, 'understudy.route': 'r'.repeat(5_000) }))?.route).toHaveLength(200);
    const long = 'x'.repeat(65_536);
    const names = ['gen_ai.provider.name', 'gen_ai.request.model', 'gen_ai.response.model', 'gen_ai.response.id', 'gen_ai.conversation.id', 'error.type', 'understudy.request.id', 'understudy.instance.id', 'understudy.override.version', 'understudy.reason'];
    const call = callFromSpan(spanOf({ ...chat, ...Object.fromEntries(names.map((name) => [name, long])), 'gen_ai.response.finish_reasons': [long] }, { resource: { 'understudy.project': long } }));
    expect(JSON.stringify(call).length).toBeLessThan(4_000);
    expect(callFromSpan(spanOf({ ...chat, 'understudy.targets': Array.from({ length: 50 }, (_, i) => `t${i}`) }))?.targets).toHaveLength(20);
  });
});
