import { gzipSync } from 'node:zlib';
import { callRowSchema } from '@understudy/contracts/call';
import { evidenceSchema } from '@understudy/contracts/evidence';
import { traceRequestFromJson } from '@understudy/contracts/otlp/from-json';
import type { NewRecord, StepResult } from '@understudy/log/event-log';
import { describe, expect, it } from 'vitest';
import { priceBook } from '../pricing/price-call.ts';
import { scoreStep } from './score.ts';

const RECEIVED_AT_MS = 1_763_000_002_000;

function span(index: number, attributes: Record<string, string>) {
  return {
    traceId: index.toString(16).padStart(32, '0'), spanId: (index + 1).toString(16).padStart(16, '0'), name: 'chat', startTimeUnixNano: '1763000000000000000', endTimeUnixNano: '1763000001500000000',
    attributes: Object.entries({ 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o-mini', 'understudy.route': 'support', ...attributes }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  };
}
const answer = (content: string) => ({ 'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content }] }]) });
const request = (...spans: object[]) => traceRequestFromJson(Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }))).bytes;

async function step(...values: readonly Uint8Array[]): Promise<StepResult> {
  return await scoreStep({ prices: priceBook() })({ partition: 0, nowMs: RECEIVED_AT_MS, records: values.map((value, offset) => ({ offset, key: undefined, value, appendedAtMs: RECEIVED_AT_MS })) });
}
const ofTopic = ({ outputs }: StepResult, topic: NewRecord['topic']) => outputs.filter((record) => record.topic === topic);
const rowsOf = (result: StepResult) => ofTopic(result, 'llm.calls').flatMap(({ value }) => Buffer.from(value).toString().trimEnd().split('\n').map((line) => callRowSchema.parse(JSON.parse(line))));
const scoresOf = (result: StepResult) => ofTopic(result, 'llm.evidence').map(({ value }) => evidenceSchema.parse(JSON.parse(Buffer.from(value).toString())));

describe('the score step', () => {
  it('makes rows and evidence of spans, gzipped or not', async () => {
    const tokens = { 'gen_ai.usage.input_tokens': '1000', 'gen_ai.usage.output_tokens': '100' };
    const result = await step(request(span(1, { ...answer('Your parcel is on its way.'), ...tokens })), gzipSync(request(span(2, answer('I\'m sorry, but I can\'t help with that.')))));
    expect(rowsOf(result)).toMatchObject([
      { route: 'support', target: 'openai/gpt-4o-mini', received_at: RECEIVED_AT_MS, duration_ms: 1500, output: 'Your parcel is on its way.', refusal: 0, error: 0, latency_per_token: 0.015, input_tokens: 1000, flags: [] },
      { refusal: 1, flags: ['refusal:cannot-help'], cost_usd: null, latency_per_token: null },
    ]);
    expect(rowsOf(result)[0]?.cost_usd).toBeCloseTo((1000 * 0.15 + 100 * 0.6) / 1e6, 12);
    expect(scoresOf(result)).toMatchObject([{ kind: 'scores', project: 'default', route: 'support', atMs: RECEIVED_AT_MS, scores: [{ signals: { refusal: 0 } }, { signals: { refusal: 1 } }] }]);
  });

  it('keeps routes apart, each in the partition of its key', async () => {
    const result = await step(request(span(1, answer('One.')), span(2, { ...answer('Two.'), 'understudy.route': 'search' })));
    expect(ofTopic(result, 'llm.evidence').map(({ key }) => key)).toEqual(['default/support', 'default/search']);
    expect(ofTopic(result, 'llm.calls').map(({ key }) => key)).toEqual(['default/support', 'default/search']);
  });

  it('keeps calls of one route apart that declare another order of targets: the calls of one instance do not speak for those of another', async () => {
    const targets = (...ids: string[]) => ({ key: 'understudy.targets', value: { arrayValue: { values: ids.map((stringValue) => ({ stringValue })) } } });
    const declaring = (index: number, ...ids: string[]) => ({ ...span(index, answer('One.')), attributes: [...span(index, answer('One.')).attributes, targets(...ids)] });
    const result = await step(request(declaring(1, 'a', 'b'), declaring(2, 'a'), declaring(3, 'a', 'b'), declaring(4, 'a\nb'), span(5, answer('One.'))));
    expect(scoresOf(result).map((evidence) => (evidence.kind === 'scores' ? [evidence.targets, evidence.scores.length] : []))).toEqual([[['a', 'b'], 2], [['a'], 1], [['a\nb'], 1], [[], 1]]);
    expect(new Set(ofTopic(result, 'llm.evidence').map(({ key }) => key))).toEqual(new Set(['default/support']));
    expect(rowsOf(result)).toHaveLength(5);
  });

  it('keeps records of one route below what a broker takes, and all of its calls', async () => {
    const long = answer('Each sentence here is another one. '.repeat(1_500));
    const result = await step(request(...Array.from({ length: 40 }, (_, index) => span(index, long))));
    expect(rowsOf(result)).toHaveLength(40);
    expect(scoresOf(result).flatMap((evidence) => (evidence.kind === 'scores' ? evidence.scores : []))).toHaveLength(40);
    for (const { value } of result.outputs) expect(value.length).toBeLessThan(1_000_000);
  });

  it('puts what it cannot read aside without its content, and goes on with the rest', async () => {
    const result = await step(Buffer.from('secret words'), request(span(1, answer('One.'))));
    expect(rowsOf(result)).toHaveLength(1);
    const [letter] = ofTopic(result, 'llm.dead-letters').map(({ value }) => Buffer.from(value).toString());
    expect(JSON.parse(letter ?? '')).toMatchObject({ offset: 0, topic: 'llm.spans', bytes: 12 });
    expect(letter).not.toContain('secret');
  });

  it('passes over spans that are no call to a model', async () => {
    expect((await step(request(span(1, { 'gen_ai.operation.name': 'execute_tool' })))).outputs).toEqual([]);
  });
});
