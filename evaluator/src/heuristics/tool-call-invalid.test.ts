import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import type { ToolCall } from './answer.ts';
import { toolCallInvalid } from './tool-call-invalid.ts';

const parameters = { type: 'object', properties: { order: { type: 'string' }, count: { type: 'integer', minimum: 0 }, kind: { enum: ['refund', 'exchange'] } }, required: ['order', 'kind'], additionalProperties: false };
const toolDefinitions = [{ name: 'return_order', parameters }, { name: 'now', parameters: undefined }];
const scoreOf = (...toolCalls: ToolCall[]) => toolCallInvalid.score(answerOf({ hasToolCalls: true, toolCalls, toolDefinitions, finishReason: 'tool_calls' }));
const call = (value: unknown, name = 'return_order'): ToolCall => ({ name, argumentsText: typeof value === 'string' ? value : JSON.stringify(value) });

const valid = fc.record({ order: fc.string(), count: fc.nat(), kind: fc.constantFrom('refund', 'exchange') }, { requiredKeys: ['order', 'kind'] });

describe('tool calls', () => {
  it('are good when their tool exists and takes their arguments', () => {
    fc.assert(fc.property(valid, (given) => { expect(scoreOf(call(given))).toEqual({ score: 0 }); }));
    expect(scoreOf(call('', 'now'), call('{}', 'now'))).toEqual({ score: 0 });
  });
  it('are of the class of what was done to them', () => {
    fc.assert(fc.property(valid, (given) => {
      const text = JSON.stringify(given);
      const classes = [text.slice(0, -1), `${text}}`, text.replaceAll('"', "'"), `Call: ${text}`, `[${text}]`, '"text"'].map((broken) => scoreOf(call(broken))?.flags);
      expect(classes).toEqual(classes.map(() => ['tool:invalid-json']));
      const { order: _, ...without } = given;
      const misses = [without, { ...given, kind: 'other' }, { ...given, count: 'two' }, { ...given, count: -1 }, { ...given, more: true }, { ...given, order: 7 }].map((wrong) => scoreOf(call(wrong))?.flags);
      expect(misses).toEqual(misses.map(() => ['tool:schema']));
      expect(scoreOf(call(given, 'returnOrder'))?.flags).toEqual(['tool:unknown-name']);
      expect(scoreOf(call(given), call('{', 'now'))).toEqual({ score: 1, flags: ['tool:invalid-json'] });
    }));
  });
  it('are checked as far as is known', () => {
    const unknownTools = (toolCalls: ToolCall[]) => toolCallInvalid.score(answerOf({ hasToolCalls: true, toolCalls }));
    expect(unknownTools([call({}, 'anything')])?.score).toBe(0);
    expect(unknownTools([call('{', 'anything')])?.flags).toEqual(['tool:invalid-json']);
    expect(unknownTools([{ name: 'anything', argumentsText: undefined }])).toBeUndefined();
    expect(toolCallInvalid.score(answerOf({ hasToolCalls: true }))).toBeUndefined();
    expect(toolCallInvalid.score(answerOf({ text: 'Hello.', toolCalls: [] }))).toBeUndefined();
  });
});

describe('a tool call that came as text', () => {
  const leaked = (text: string, more: object = {}) => toolCallInvalid.score(answerOf({ text, finishReason: 'stop', toolCalls: [], toolDefinitions, ...more }))?.flags;
  it.each(['<|tool_call_begin|>functions.now:0', '<tool_call>\n{"name": "now"}\n</tool_call>', '[TOOL_CALLS][{"name": "now"}]', 'functions.return_order:0 {"order": "7"}', 'I will look. <function=now>{}</function>', '{"name": "now", "arguments": {}}', '```json\n{"name": "return_order", "parameters": {"order": "7"}}\n```'])('is seen: %s', (text) => {
    expect(leaked(text)).toEqual(['tool:leaked']);
  });
  it('is not what only looks like one', () => {
    for (const text of ['The function now() has no arguments.', '{"name": "Ann", "arguments": []}', 'a < b and [x]', '<b>bold</b>', 'See functions.md: 3 pages.']) expect(leaked(text)).toBeUndefined();
    expect(leaked('<tool_call>{}</tool_call>', { systemText: 'Write calls as <tool_call>…</tool_call>.' })).toBeUndefined();
    expect(leaked('{"name": "now", "arguments": {}}', { toolDefinitions: undefined })).toBeUndefined();
    expect(leaked('<tool_call>', { finishReason: 'length' })).toBeUndefined();
  });
});
