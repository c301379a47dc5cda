import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recorded } from '../../test-support/recorded.ts';
import { ScriptedProvider } from '../../test-support/scripted-provider.ts';
import { servedOf } from '../served.ts';

const ASKED = { model: 'main', messages: [{ role: 'user' as const, content: 'When does it leave?' }] };

/** How an application may come by a routed client when there is no evaluator to help it. */
const WITHOUT_HELP: readonly (readonly [string, object, Record<string, string>])[] = [
  ['with an evaluator that is down', { endpoint: 'http://127.0.0.1:9' }, {}],
  ['without an evaluator', {}, {}],
  ['disabled', {}, { UNDERSTUDY_DISABLE: '1' }],
];

describe.each(WITHOUT_HELP)('a routed client %s', (_name, options, environment) => {
  let provider: ScriptedProvider;
  let plain: OpenAI;
  let routed: OpenAI;

  beforeAll(async () => {
    provider = await ScriptedProvider.start();
    plain = new OpenAI({ apiKey: 'test', baseURL: provider.baseURL, logLevel: 'off', maxRetries: 0 });
    routed = recorded(options, environment).understudy.openai('answer', plain, { fallbacks: [] });
  });
  afterAll(() => provider.stop());

  const both = async <Seen>(look: (client: OpenAI) => Promise<Seen>): Promise<void> => {
    const outcome = (client: OpenAI): Promise<unknown> => look(client).catch((error: unknown) => describeError(error));
    expect(await outcome(routed)).toEqual(await outcome(plain));
  };

  it('answers with the same fields, and the same request id', () => both(async (client) => {
    const answer = await client.chat.completions.create(ASKED);
    return [JSON.stringify(answer), Object.keys(answer), answer._request_id];
  }));

  it('hands out the same HTTP response', () => both(async (client) => {
    const { data, response, request_id: requestId } = await client.chat.completions.create(ASKED).withResponse();
    return [JSON.stringify(data), response.status, response.url, response.bodyUsed, requestId];
  }));

  it('hands out a raw response that can still be read', () => both(async (client) => {
    const response = await client.chat.completions.create(ASKED).asResponse();
    return [response.status, response.url, response.headers.get('x-request-id'), response.headers.get('content-type'), await response.text()];
  }));

  it('hands out a raw stream that can still be read', () => both(async (client) => {
    const response = await client.chat.completions.create({ ...ASKED, stream: true }).asResponse();
    return [response.status, response.headers.get('content-type'), await response.text()];
  }));

  it('parses answers with the request id on them', () => both(async (client) => {
    const answer = await client.chat.completions.parse(ASKED);
    return [JSON.stringify(answer), answer._request_id];
  }));

  it('streams the same chunks', () => both(async (client) => {
    const chunks: string[] = [];
    for await (const chunk of await client.chat.completions.create({ ...ASKED, stream: true })) chunks.push(JSON.stringify(chunk));
    return chunks;
  }));

  it.each([400, 401, 404, 422, 429, 500])('fails with the same error (%i)', (status) => {
    provider.script(`status-${status}`, { kind: 'status', status, headers: { 'retry-after-ms': '1' } });
    return both((client) => client.chat.completions.create({ ...ASKED, model: `status-${status}` }));
  });

  it('fails with the same error when nobody is there', () => {
    provider.script('reset', { kind: 'reset' });
    return both((client) => client.chat.completions.create({ ...ASKED, model: 'reset' }));
  });

  it('takes null for no options', () => both(async (client) => JSON.stringify(await client.chat.completions.create(ASKED, null as never))));

  it('obeys an abort signal of another make', () => both(async (client) => {
    const { signal } = new AbortController();
    const target = new EventTarget();
    const foreign = { aborted: false, reason: undefined, addEventListener: target.addEventListener.bind(target), removeEventListener: target.removeEventListener.bind(target) };
    provider.script('long', { kind: 'answer', delayMs: 2_000 });
    setTimeout(() => {
      foreign.aborted = true;
      target.dispatchEvent(new Event('abort'));
    }, 50);
    return client.chat.completions.create({ ...ASKED, model: 'long' }, { signal: foreign as unknown as typeof signal });
  }));

  it('says who served it', async () => {
    const client = routed as unknown as { chat: { completions: { create: (body: object, options: object) => Promise<object> } } };
    const answer = await client.chat.completions.create(ASKED, { understudy: { conversationId: 'c1' } });
    expect(servedOf(answer)).toMatchObject({ target: 'openai/main', attempts: 1, failures: [] });
    const stream = await client.chat.completions.create({ ...ASKED, stream: true }, { understudy: { conversationId: 'c1' } });
    expect(servedOf(stream)?.target).toBe('openai/main');
  });
});

function describeError(error: unknown): object {
  const { message, status, code, type, requestID } = error as { message: string; status?: number; code?: string; type?: string; requestID?: string };
  return { name: (error as object).constructor.name, isApiError: error instanceof OpenAI.APIError, message, status, code, type, requestID };
}
