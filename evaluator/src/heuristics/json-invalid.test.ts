import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { jsonClass, jsonInvalid } from './json-invalid.ts';

const schema = { type: 'object', properties: { city: { type: 'string' }, count: { type: 'integer' } }, required: ['city', 'count'], additionalProperties: false };
const scoreOf = (text: string, expectations: object = { format: 'json' }) => jsonInvalid.score(answerOf({ text, expect: expectations }));

describe('an answer that should be JSON', () => {
  it('is good only when it is that, strictly and by itself', () => {
    expect(scoreOf('{"a": 1}')).toEqual({ score: 0 });
    expect(scoreOf('\n [1, 2]\n')).toEqual({ score: 0 });
    expect(scoreOf('"text"')).toEqual({ score: 0 });
  });

  it.each([
    ['fenced', '```json\n{"a": 1}\n```'], ['fenced', '```\r\n[1]\r\n```\n'], ['fenced', '~~~\n{}\n~~~'],
    ['wrapped', 'Here is the JSON: {"a": 1}'], ['wrapped', 'Sure!\n```json\n{"a": "}"}\n```\nAnything else?'], ['wrapped', 'As in [1], {smile}: {"a": [1]}'],
    ['repaired', '{"a": 1,}'], ['repaired', '{a: \'x\'}'], ['repaired', '{"a": [1, 2'], ['repaired', '```json\n{"a": 1,}\n```'],
    ['unparseable', 'I cannot answer in JSON.'], ['unparseable', ''],
  ])('is told by what is wrong with it: %s, %j', (kind, text) => {
    expect(scoreOf(text)).toEqual({ score: 1, flags: [`json:${kind}`] });
  });

  it('is measured by the schema of the policy', () => {
    expect(scoreOf('{"city":"Rome","count":2}', { jsonSchema: schema })).toEqual({ score: 0 });
    for (const text of ['{"city":"Rome"}', '{"city":"Rome","count":"2"}', '{"city":"Rome","count":2,"x":1}', '[]', 'null']) expect(scoreOf(text, { jsonSchema: schema })).toEqual({ score: 1, flags: ['json:schema'] });
  });

  it('is expected by the policy or by the request, and by the policy first', () => {
    expect(jsonInvalid.score(answerOf({ text: 'x', wantsJson: true }))?.score).toBe(1);
    expect(jsonInvalid.score(answerOf({ text: 'x', wantsJson: true, expect: { format: 'text' } }))).toBeUndefined();
    expect(jsonInvalid.score(answerOf({ text: 'x' }))).toBeUndefined();
  });

  it('is none where only a tool is called, or the provider withheld it', () => {
    expect(jsonInvalid.score(answerOf({ text: '', hasToolCalls: true, wantsJson: true }))).toBeUndefined();
    expect(jsonInvalid.score(answerOf({ text: '', finishReason: 'content_filter', wantsJson: true }))).toBeUndefined();
  });
});

const valid = fc.record({ city: fc.string(), count: fc.integer() });
const prose = fc.constantFrom('Here you are:', 'Sure, that is it.', 'The answer follows');

describe('generated answers', () => {
  it('are good when they are valid, however they are spaced', () => {
    fc.assert(fc.property(valid, fc.integer({ min: 0, max: 4 }), (value, indent) => { expect(jsonClass(JSON.stringify(value, null, indent), schema)).toBeUndefined(); }));
  });
  it('are of the class of what was done to them', () => {
    fc.assert(fc.property(valid, prose, (value, words) => {
      const text = JSON.stringify(value);
      expect(jsonClass(`\`\`\`json\n${text}\n\`\`\``, schema)).toBe('fenced');
      expect(jsonClass(`${words}\n${text}`, schema)).toBe('wrapped');
      expect(jsonClass(`${text}\n\n${words}`, schema)).toBe('wrapped');
      expect(jsonClass(`${text.slice(0, -1)},}`, schema)).toBe('repaired');
      expect(jsonClass(text.slice(0, -1), schema)).toBe('repaired');
      expect(jsonClass(JSON.stringify({ city: value.city }), schema)).toBe('schema');
      expect(jsonClass(JSON.stringify({ ...value, count: String(value.count) }), schema)).toBe('schema');
    }));
  });
  it('are bounded work, however deep or long they are', () => {
    for (const text of ['['.repeat(200_000), '{"a":'.repeat(40_000), `${'['.repeat(100_000)}${']'.repeat(100_000)}`, '`'.repeat(200_000), `\`\`\`\n${' '.repeat(200_000)}`, '{ '.repeat(100_000), '"'.repeat(200_000)]) {
      expect([undefined, 'unparseable', 'repaired']).toContain(jsonClass(text, undefined));
    }
  });
});
