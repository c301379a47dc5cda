import type { AddressInfo } from 'node:net';
import OpenAI, { APIError } from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import type { DemoCause } from '@understudy/contracts/demo-event';
import { composeRefusal } from './answer-text.ts';
import { JUDGE_MODEL } from './judge-model/plan-verdict.ts';
import { FALLBACK_MODEL, planAnswer, PRIMARY_MODEL } from './planned-answer.ts';
import { createProviderServer } from './provider-server.ts';
import { seededRandom } from './seeded-random.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => { close(); }));

async function startProvider(seed = 1): Promise<{ url: string; client: OpenAI }> {
  const server = createProviderServer(seed);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => { server.closeAllConnections(); server.close(); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 }) };
}

async function setCause(url: string, cause: string): Promise<number> {
  return (await fetch(`${url}/control`, { method: 'PUT', body: JSON.stringify({ cause }) })).status;
}

const messages = [{ role: 'system' as const, content: 'You are the support assistant of a shop.' }, { role: 'user' as const, content: 'Where is my parcel?' }];

describe('the provider, asked by the openai package', () => {
  it('answers a chat completion with its usage', async () => {
    const { client } = await startProvider();
    const completion = await client.chat.completions.create({ model: PRIMARY_MODEL, messages });
    const text = completion.choices[0]?.message.content ?? '';
    expect(text.length).toBeGreaterThanOrEqual(150);
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage?.completion_tokens).toBe(Math.ceil(text.length / 4.2));
    expect(completion.usage?.total_tokens).toBe((completion.usage?.prompt_tokens ?? 0) + (completion.usage?.completion_tokens ?? 0));
  });

  it('streams the very text that it would have answered in one piece, and the usage when asked for it', async () => {
    const whole = await (await startProvider(7)).client.chat.completions.create({ model: FALLBACK_MODEL, messages });
    const stream = await (await startProvider(7)).client.chat.completions.create({ model: FALLBACK_MODEL, messages, stream: true, stream_options: { include_usage: true } });
    let text = '';
    let finishReason: string | null | undefined;
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finishReason = chunk.choices[0]?.finish_reason ?? finishReason;
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(finishReason).toBe(whole.choices[0]?.finish_reason);
    expect(usage).toEqual(whole.usage);
  });

  it('says no in the shape of OpenAI: an unknown model, an invalid body, an unknown path', async () => {
    const { client, url } = await startProvider();
    await expect(client.chat.completions.create({ model: 'gpt-0', messages })).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    await expect(client.chat.completions.create({ model: PRIMARY_MODEL, messages: [] })).rejects.toMatchObject({ status: 400, param: 'messages' });
    expect((await fetch(`${url}/v1/embeddings`, { method: 'POST' })).status).toBe(404);
    expect((await client.models.list()).data.map((model) => model.id)).toEqual([PRIMARY_MODEL, FALLBACK_MODEL, JUDGE_MODEL]);
  });

  it('fails about 60 % of the primary\'s requests under server-error, and none of the fallback\'s', async () => {
    const { client, url } = await startProvider();
    await setCause(url, 'server-error');
    const statuses = await Promise.all(Array.from({ length: 60 }, () => client.chat.completions.create({ model: PRIMARY_MODEL, messages }).then(() => 200, (error: unknown) => (error instanceof APIError ? error.status : 0))));
    const failed = statuses.filter((status) => status !== 200);
    expect(failed.length).toBeGreaterThan(20);
    expect(failed.length).toBeLessThan(52);
    expect(failed.every((status) => status === 500 || status === 503)).toBe(true);
    await Promise.all(Array.from({ length: 20 }, () => client.chat.completions.create({ model: FALLBACK_MODEL, messages })));
  });

  it('logs each request with the trace that the application named in its header', async () => {
    const { client, url } = await startProvider();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await client.chat.completions.create({ model: PRIMARY_MODEL, messages });
    await client.chat.completions.create({ model: FALLBACK_MODEL, messages }, { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
    const read = async (query: string) => ((await (await fetch(`${url}/control/log?${query}`)).json()) as { items: unknown[] }).items;
    expect(await read(`trace=${traceId}`)).toEqual([expect.objectContaining({ number: 2, model: FALLBACK_MODEL, status: 200, traceId })]);
    expect(await read('after=0')).toHaveLength(2);
    expect(await read('after=2')).toEqual([]);
  });

  it('knows no other causes than its own, and tells the one that is on', async () => {
    const { url } = await startProvider();
    expect(await setCause(url, 'bad-mood')).toBe(400);
    expect(await setCause(url, 'slow')).toBe(200);
    expect(await (await fetch(`${url}/control`)).json()).toEqual({ cause: 'slow' });
  });
});

describe('the answers', () => {
  const plans = (cause: DemoCause, model: typeof PRIMARY_MODEL | typeof FALLBACK_MODEL = PRIMARY_MODEL, seed = 1) =>
    Array.from({ length: 400 }, (_, index) => planAnswer({ seed, model, index, messages, maxTokens: undefined, cause }));
  const answers = (cause: DemoCause) => plans(cause).flatMap((plan) => (plan.kind === 'answer' ? [plan] : []));
  const share = (cause: DemoCause, holds: (plan: ReturnType<typeof answers>[number]) => boolean) => answers(cause).filter(holds).length / 400;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('are the same for the same seed and differ for another', () => {
    expect(plans('refusal')).toEqual(plans('refusal'));
    expect(plans('none')).not.toEqual(plans('none', PRIMARY_MODEL, 2));
  });

  it('are 150 to 900 characters long, nearly all of them worded differently', () => {
    const whole = answers('none').filter((plan) => plan.finishReason === 'stop' && plan.text.length > 100);
    expect(whole.length).toBeGreaterThan(390);
    for (const plan of whole) {
      expect(plan.text.length).toBeGreaterThanOrEqual(150);
      expect(plan.text.length).toBeLessThanOrEqual(900);
    }
    expect(new Set(whole.map((plan) => plan.text)).size).toBeGreaterThan(350);
  });

  it.each(['refusal', 'truncated', 'loop', 'slow', 'server-error', 'cost', 'wrong'] as const)('of the fallback do not change under %s', (cause) => {
    expect(plans(cause, FALLBACK_MODEL)).toEqual(plans('none', FALLBACK_MODEL));
  });

  it('are refused to about 70 % under refusal', () => {
    const refusals = new Set(Array.from({ length: 200 }, (_, i) => composeRefusal(seededRandom(i))));
    expect(share('refusal', (plan) => refusals.has(plan.text))).toBeCloseTo(0.7, 1);
    expect(share('none', (plan) => refusals.has(plan.text))).toBeLessThan(0.02);
  });

  it('are cut to about 70 % under truncated, and always say so', () => {
    expect(share('truncated', (plan) => plan.finishReason === 'length')).toBeCloseTo(0.7, 1);
    expect(share('none', (plan) => plan.finishReason === 'length')).toBeLessThan(0.02);
  });

  it('say one sentence at least eight times in about 70 % under loop', () => {
    const repeats = (text: string) => Math.max(...[...Map.groupBy(text.split(/(?<=[.!?:]) /), (sentence) => sentence).values()].map((same) => same.length));
    expect(share('loop', (plan) => repeats(plan.text) >= 8)).toBeCloseTo(0.7, 1);
    expect(share('none', (plan) => repeats(plan.text) >= 2)).toBe(0);
  });

  it('take five times as long under slow, and say the same', () => {
    expect(answers('slow').map((plan) => plan.durationMs / 5)).toEqual(answers('none').map((plan) => expect.closeTo(plan.durationMs, 6)));
    expect(answers('slow').map((plan) => plan.text)).toEqual(answers('none').map((plan) => plan.text));
  });

  it('cost more under cost because of the prompt alone', () => {
    const [usual, dear] = [answers('none'), answers('cost')];
    expect(mean(dear.map((plan) => plan.promptTokens))).toBeGreaterThan(4 * mean(usual.map((plan) => plan.promptTokens)));
    expect(dear.map((plan) => ({ ...plan, promptTokens: 0 }))).toEqual(usual.map((plan) => ({ ...plan, promptTokens: 0 })));
  });

  it('say something else, in as many words, in about 70 % under wrong', () => {
    const [usual, wrong] = [answers('none'), answers('wrong')];
    expect(share('wrong', (plan) => !usual.some(({ text }) => text === plan.text))).toBeCloseTo(0.7, 1);
    expect(mean(wrong.map(({ text }) => text.length)) / mean(usual.map(({ text }) => text.length))).toBeCloseTo(1, 1);
    expect(wrong.map(({ finishReason }) => finishReason)).toEqual(usual.map(({ finishReason }) => finishReason));
  });

  it('keep the time per token apart from the length of the answer', () => {
    const healthy = answers('none');
    const perToken = (plans: typeof healthy) => mean(plans.map((plan) => plan.durationMs / plan.completionTokens));
    const byLength = healthy.toSorted((one, other) => one.completionTokens - other.completionTokens);
    expect(perToken(byLength.slice(0, 200)) / perToken(byLength.slice(200))).toBeGreaterThan(0.85);
    expect(perToken(byLength.slice(0, 200)) / perToken(byLength.slice(200))).toBeLessThan(1.18);
  });

  it('end where the application\'s limit of tokens is reached', () => {
    const plan = planAnswer({ seed: 1, model: PRIMARY_MODEL, index: 0, messages, maxTokens: 10, cause: 'none' });
    expect(plan).toMatchObject({ kind: 'answer', finishReason: 'length', completionTokens: 10 });
  });
});
