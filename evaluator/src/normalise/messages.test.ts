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
