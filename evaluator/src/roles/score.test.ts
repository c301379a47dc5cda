import { gzipSync } from 'node:zlib';
import { callRowSchema } from '@understudy/contracts/call';
import { evidenceSchema } from '@understudy/contracts/evidence';
import { judgeRequestsSchema } from '@understudy/contracts/judge-request';
import { policySchema } from '@understudy/contracts/policy';
import { traceRequestFromJson } from '@understudy/contracts/otlp/from-json';
import type { NewRecord, StepResult } from '@understudy/log/event-log';
import { afterEach, describe, expect, it } from 'vitest';
import { priceBook } from '../pricing/price-call.ts';
import { type Sampler, startSampler } from '../sampling/follow-doubt.ts';
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

describe('what the score step has judged', () => {
  let sampler: Sampler | undefined;
  afterEach(async () => {
    await sampler?.stop();
    sampler = undefined;
  });

  function judging(routes: object = {}, samplePercent = 100) {
    const policy = policySchema.parse({ version: 1, judge: { model: 'judge-1', baseUrl: 'http://127.0.0.1:1/v1', samplePercent }, routes });
    sampler ??= startSampler({ states: { read: async () => [] }, policy: () => policy, say: () => undefined });
    return scoreStep({ prices: priceBook(), sampler, policy: () => policy });
  }
  const records = (...values: readonly Uint8Array[]) => values.map((value, offset) => ({ offset, key: undefined, value, appendedAtMs: RECEIVED_AT_MS }));
  const batch = (...values: readonly Uint8Array[]) => ({ partition: 0, nowMs: RECEIVED_AT_MS, records: records(...values) });
  const requestsOf = (result: StepResult) => ofTopic(result, 'llm.judge-requests').flatMap(({ value }) => judgeRequestsSchema.parse(JSON.parse(Buffer.from(value).toString())).requests);
  const drawsOf = (result: StepResult) => scoresOf(result).flatMap((evidence) => (evidence.kind === 'scores' ? evidence.scores.map(({ draw }) => draw) : []));

  it('is nothing without a sampler', async () => {
    const result = await step(request(span(1, answer('One.'))));
    expect(requestsOf(result)).toEqual([]);
    expect(JSON.stringify(scoresOf(result))).not.toMatch(/sampling|draw/);
  });

  it('goes to the judge with its texts, its probability and whose words it is; the evidence tells the draw', async () => {
    const asked = { 'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'Where is it?' }] }]), 'gen_ai.conversation.id': 'c-1' };
    const result = await judging()(batch(request(span(1, { ...answer('On its way.'), ...asked }), span(2, answer('I\'m sorry, but I can\'t help with that.')))));
    expect(requestsOf(result)).toMatchObject([
      { route: 'support', target: 'openai/gpt-4o-mini', provider: 'openai', requestModel: 'gpt-4o-mini', flagged: false, sampling: { flagged: 1, plain: 1 }, drawnFor: 'sample', conversationId: 'c-1', input: 'Where is it?', output: 'On its way.', receivedAtMs: RECEIVED_AT_MS },
      { flagged: true, conversationId: '', input: '' },
    ]);
    expect(ofTopic(result, 'llm.judge-requests').map(({ key }) => key)).toEqual(['default']);
    expect(scoresOf(result)).toMatchObject([{ sampling: { flagged: 1, plain: 1 }, scores: [{ draw: { flagged: false, drawn: true } }, { draw: { flagged: true, drawn: true } }] }]);
  });

  it('is no call that failed, that has no text, or whose answer nobody sees', async () => {
    const result = await judging()(batch(request(span(1, { ...answer('Half of it'), 'error.type': '500' }), span(2, {}), span(3, answer('  ')), span(4, { ...answer('A copy.'), 'understudy.purpose': 'shadow' }))));
    expect(requestsOf(result)).toEqual([]);
    expect(drawsOf(result)).toEqual([undefined, undefined, undefined, undefined]);
    expect(rowsOf(result)).toHaveLength(4);
  });

  it('keeps calls apart whose plans differ: one record, one plan', async () => {
    const result = await judging({ other: { judge: { enabled: false } } }, 10)(batch(request(span(1, answer('One.')), span(2, { ...answer('Two.'), 'understudy.route': 'other' }), span(3, answer('Three.')))));
    expect(scoresOf(result)).toMatchObject([{ route: 'support', sampling: { flagged: 1, plain: 0.053 }, scores: [{}, {}] }, { route: 'other', scores: [{}] }]);
    expect(scoresOf(result)[1]).not.toHaveProperty('sampling');
  });

  it('is the same when a step is repeated after a kill, and the plan does not know the calls of the step that was lost', async () => {
    const spans = request(...Array.from({ length: 400 }, (_, index) => span(index, answer(index % 2 === 0 ? 'Fine.' : 'I\'m sorry, but I can\'t help with that.'))));
    const lost = await judging({}, 10)(batch(spans));
    const handler = judging({}, 10);
    const repeated = await handler(batch(spans));
    expect(requestsOf(repeated)).toEqual(requestsOf(lost));
    expect(drawsOf(repeated).filter((draw) => draw?.drawn)).toHaveLength(requestsOf(repeated).length);
    // The step before was committed: half of the calls are flagged, and the next plan knows.
    const [next] = scoresOf(await handler(batch(request(span(1_000, answer('Fine.'))))));
    expect(next?.kind === 'scores' && next.sampling?.flagged).toBeLessThan(0.3);
  });
});
