import { judgeRequestsSchema } from '@understudy/contracts/judge-request';
import { expect, it } from 'vitest';
import type { Call } from '../normalise/call-from-span.ts';
import { headAndTail, judgeRequest, judgeRequestRecords } from './judge-requests.ts';

const plan = { sampling: { flagged: 1, plain: 0.06 }, drawnFor: 'sample' } as const;
const call = { traceId: 'a', spanId: 'b', project: 'p', route: 'r', target: 't', purpose: 'serve', conversationId: 'c', provider: 'openai', requestModel: 'm', responseModel: undefined, systemText: 'Be kind.', inputText: 'Where is it?', outputText: 'On its way.' } as unknown as Call;

it('tells the judge role all that it needs, unknown as an empty text', () => {
  expect(judgeRequest(call, true, plan, 5)).toEqual({
    traceId: 'a', spanId: 'b', route: 'r', target: 't', purpose: 'serve', provider: 'openai', requestModel: 'm', responseModel: '', conversationId: 'c', flagged: true, sampling: plan.sampling, drawnFor: 'sample',
    receivedAtMs: 5, system: 'Be kind.', input: 'Where is it?', output: 'On its way.',
  });
});

it('keeps head and tail of a long text and says what is missing', () => {
  const text = `${'a'.repeat(9_000)}${'b'.repeat(9_000)}`;
  const cut = headAndTail(text, 8_000);
  expect(cut.length).toBeLessThanOrEqual(8_000);
  expect(cut).toMatch(/^a+\n\[… 10060 characters are left out here …\]\nb+$/);
  expect(headAndTail('😀'.repeat(5_000), 8_001).isWellFormed()).toBe(true);
});

it('makes records of one key a project that a broker takes, with every request in order', () => {
  const requests = Array.from({ length: 60 }, (_, index) => judgeRequest({ ...call, spanId: String(index), outputText: 'ä'.repeat(20_000) }, false, plan, index));
  const records = judgeRequestRecords('p', requests, 7);
  expect(records.length).toBeGreaterThan(1);
  const read = records.map(({ key, topic, value }) => {
    expect([key, topic]).toEqual(['p', 'llm.judge-requests']);
    expect(value.length).toBeLessThan(1_000_000);
    return judgeRequestsSchema.parse(JSON.parse(Buffer.from(value).toString()));
  });
  expect(read.flatMap((record) => record.requests.map(({ spanId }) => spanId))).toEqual(requests.map(({ spanId }) => spanId));
  expect(judgeRequestRecords('p', [], 7)).toEqual([]);
});
