import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessages } from './messages.ts';

const answer = (...parts: unknown[]) => JSON.stringify([{ role: 'assistant', parts, finish_reason: 'stop' }]);

describe('the text of messages', () => {
  it('is the text parts, as a JSON string or structured', () => {
    expect(readMessages(answer({ type: 'text', content: 'Hello.' }))).toMatchObject({ text: 'Hello.', hasToolCalls: false, toolCalls: [], finishReason: 'stop', characters: 6 });
    expect(readMessages([new Map<string, never>(Object.entries({ role: 'assistant', parts: [new Map(Object.entries({ type: 'text', content: 'Hello.' }))] }) as never)])?.text).toBe('Hello.');
    expect(readMessages(answer({ type: 'text', content: 'One.' }, { type: 'text', content: 'Two.' }))?.text).toBe('One.\nTwo.');
  });

  it('is read from the older forms of chat messages too', () => {
    expect(readMessages('[{"role":"assistant","content":"Hello."}]')?.text).toBe('Hello.');
    expect(readMessages('[{"role":"assistant","content":[{"type":"text","text":"Hello."}]}]')?.text).toBe('Hello.');
    expect(readMessages('{"role":"assistant","content":"Hello."}')?.text).toBe('Hello.');
    expect(readMessages('[{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]}]')?.text).toBe('No.');
  });

  it('leaves out reasoning and what tools returned', () => {
    expect(readMessages(answer({ type: 'reasoning', content: 'Hmm, hmm.' }, { type: 'text', content: '42' }))?.text).toBe('42');
    expect(readMessages('[{"role":"tool","parts":[{"type":"tool_call_response","id":"1","response":{"content":"raw"}}]}]')?.text).toBe('');
  });

  it('tells calls of tools', () => {
    expect(readMessages(answer({ type: 'tool_call', id: '1', name: 'look_up', arguments: { content: 'x' } }))).toMatchObject({ hasToolCalls: true });
    expect(readMessages('[{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]}]')).toMatchObject({ text: '', hasToolCalls: true });
    expect(readMessages('[{"role":"assistant","content":"x","tool_calls":[]}]')).toMatchObject({ hasToolCalls: false });
  });

  it('is plain text where an instrumentation writes that, even if the answer is JSON', () => {
    expect(readMessages('Hello.')?.text).toBe('Hello.');
    expect(readMessages('{"answer": 42}')?.text).toBe('{"answer": 42}');
    expect(readMessages('{"content": "an answer in JSON"}')?.text).toBe('{"content": "an answer in JSON"}');
    expect(readMessages('[{"type": "apple", "price": 3}]')?.text).toBe('[{"type": "apple", "price": 3}]');
    expect(readMessages('[1, 2, 3]')?.text).toBe('[1, 2, 3]');
    expect(readMessages('[not json')?.text).toBe('[not json');
  });

  it('is empty for an answer without a word, and not known where nothing was captured', () => {
    expect(readMessages('[]')?.text).toBe('');
    expect(readMessages('[{"role":"assistant","parts":[]}]')?.text).toBe('');
    expect(readMessages(undefined)).toBeUndefined();
    expect(readMessages(`[{"role":"assistant","content":"${'a'.repeat(4_000_000)}"}]`)).toBeUndefined();
  });

  it('is bounded and never throws, whatever comes', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (value) => {
      const found = readMessages(value);
      expect(found === undefined || (typeof found.text === 'string' && found.text.length <= 65_536)).toBe(true);
    }));
    expect(readMessages(JSON.stringify([{ role: 'assistant', content: 'é'.repeat(100_000) }]))?.text).toHaveLength(65_536);
  });
});

const said = (...messages: unknown[]) => readMessages(JSON.stringify(messages));

describe('what was sent', () => {
  it('comes apart by who said it: system, users and model, tools; the last message of a user is the question', () => {
    const found = said(
      { role: 'system', content: 'Be brief.' }, { role: 'user', content: 'First?' }, { role: 'assistant', content: 'Yes.' },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: '1', response: { price: 12 } }] }, { role: 'user', parts: [{ type: 'text', content: 'And' }, { type: 'text', content: 'now?' }] },
    );
    expect(found).toMatchObject({ text: 'First?\nYes.\nAnd\nnow?', question: 'And\nnow?', systemText: 'Be brief.', toolText: '{"price":12}' });
    expect(readMessages('Just words.')).toMatchObject({ text: 'Just words.', question: 'Just words.', systemText: undefined });
  });
  it('counts every character of it, unless a part cannot be counted', () => {
    expect(said({ role: 'system', content: 'abc' }, { role: 'user', content: 'de' })?.characters).toBe(5);
    expect(said({ role: 'user', parts: [{ type: 'text', content: 'de' }, { type: 'blob', mime_type: 'image/png', content: 'AAAA' }] })).toMatchObject({ text: 'de', characters: undefined });
    expect(said({ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] })?.characters).toBeUndefined();
    expect(said({ role: 'user', content: 'long … [12 characters cut]' })?.characters).toBeUndefined();
    expect(said({ role: 'user', content: 'x'.repeat(70_000) })?.characters).toBeUndefined();
  });
});

describe('calls of tools', () => {
  it.each([
    ['the conventions', { role: 'assistant', parts: [{ type: 'tool_call', id: '1', name: 'find', arguments: { q: 1 } }] }], ['the SDK', { role: 'assistant', parts: [{ type: 'tool_call', name: 'find', arguments: '{"q":1}' }] }],
    ['OpenAI', { role: 'assistant', content: null, tool_calls: [{ id: '1', type: 'function', function: { name: 'find', arguments: '{"q":1}' } }] }], ['Anthropic', { role: 'assistant', content: [{ type: 'tool_use', name: 'find', input: { q: 1 } }] }],
    ['the AI SDK', { role: 'assistant', content: [{ type: 'tool-call', toolName: 'find', args: { q: 1 } }] }],
  ])('are read in the words of %s', (_, message) => {
    expect(said(message)).toMatchObject({ hasToolCalls: true, toolCalls: [{ name: 'find', argumentsText: '{"q":1}' }] });
  });
  it('are read from structured attributes, and kept though their arguments are not known', () => {
    const part = new Map<string, never>(Object.entries({ type: 'tool_call', name: 'find', arguments: new Map(Object.entries({ q: 1, n: 2n })) }) as never);
    expect(readMessages([new Map(Object.entries({ role: 'assistant', parts: [part] })) as never])?.toolCalls).toEqual([{ name: 'find', argumentsText: '{"q":1,"n":2}' }]);
    expect(said({ role: 'assistant', parts: [{ type: 'tool_call', name: 'find' }] })).toMatchObject({ hasToolCalls: true, toolCalls: [{ name: 'find', argumentsText: undefined }] });
  });
  it('are bounded: of many the last ones', () => {
    const calls = Array.from({ length: 200 }, (_, i) => ({ type: 'tool_call', name: `t${i}`, arguments: {} }));
    const found = said({ role: 'assistant', parts: calls });
    expect([found?.toolCalls.length, found?.toolCalls.at(-1)?.name]).toEqual([50, 't199']);
    const deep = `[{"role":"assistant","parts":[{"type":"tool_call","name":"a","arguments":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}]`;
    expect(readMessages(deep)?.toolCalls).toEqual([{ name: 'a', argumentsText: undefined }]);
  });
});
