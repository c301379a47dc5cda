import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageText } from './message-text.ts';

const answer = (...parts: unknown[]) => JSON.stringify([{ role: 'assistant', parts, finish_reason: 'stop' }]);

describe('the text of messages', () => {
  it('is the text parts, as a JSON string or structured', () => {
    expect(messageText(answer({ type: 'text', content: 'Hello.' }))).toEqual({ text: 'Hello.', hasToolCalls: false, finishReason: 'stop' });
    expect(messageText([new Map<string, never>(Object.entries({ role: 'assistant', parts: [new Map(Object.entries({ type: 'text', content: 'Hello.' }))] }) as never)])?.text).toBe('Hello.');
    expect(messageText(answer({ type: 'text', content: 'One.' }, { type: 'text', content: 'Two.' }))?.text).toBe('One.\nTwo.');
  });

  it('is read from the older forms of chat messages too', () => {
    expect(messageText('[{"role":"assistant","content":"Hello."}]')?.text).toBe('Hello.');
    expect(messageText('[{"role":"assistant","content":[{"type":"text","text":"Hello."}]}]')?.text).toBe('Hello.');
    expect(messageText('{"role":"assistant","content":"Hello."}')?.text).toBe('Hello.');
    expect(messageText('[{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]}]')?.text).toBe('No.');
  });

  it('leaves out reasoning and what tools returned', () => {
    expect(messageText(answer({ type: 'reasoning', content: 'Hmm, hmm.' }, { type: 'text', content: '42' }))?.text).toBe('42');
    expect(messageText('[{"role":"tool","parts":[{"type":"tool_call_response","id":"1","response":{"content":"raw"}}]}]')?.text).toBe('');
  });

  it('tells calls of tools', () => {
    expect(messageText(answer({ type: 'tool_call', id: '1', name: 'look_up', arguments: { content: 'x' } }))).toMatchObject({ hasToolCalls: true });
    expect(messageText('[{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]}]')).toMatchObject({ text: '', hasToolCalls: true });
    expect(messageText('[{"role":"assistant","content":"x","tool_calls":[]}]')).toMatchObject({ hasToolCalls: false });
  });

  it('is plain text where an instrumentation writes that, even if the answer is JSON', () => {
    expect(messageText('Hello.')?.text).toBe('Hello.');
    expect(messageText('{"answer": 42}')?.text).toBe('{"answer": 42}');
    expect(messageText('{"content": "an answer in JSON"}')?.text).toBe('{"content": "an answer in JSON"}');
    expect(messageText('[{"type": "apple", "price": 3}]')?.text).toBe('[{"type": "apple", "price": 3}]');
    expect(messageText('[1, 2, 3]')?.text).toBe('[1, 2, 3]');
    expect(messageText('[not json')?.text).toBe('[not json');
  });

  it('is empty for an answer without a word, and not known where nothing was captured', () => {
    expect(messageText('[]')?.text).toBe('');
    expect(messageText('[{"role":"assistant","parts":[]}]')?.text).toBe('');
    expect(messageText(undefined)).toBeUndefined();
    expect(messageText(`[{"role":"assistant","content":"${'a'.repeat(4_000_000)}"}]`)).toBeUndefined();
  });

  it('is bounded and never throws, whatever comes', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (value) => {
      const found = messageText(value);
      expect(found === undefined || (typeof found.text === 'string' && found.text.length <= 65_536)).toBe(true);
    }));
    expect(messageText(JSON.stringify([{ role: 'assistant', content: 'é'.repeat(100_000) }]))?.text).toHaveLength(65_536);
  });
});
