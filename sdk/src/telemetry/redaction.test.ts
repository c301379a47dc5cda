import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recorded } from '../../test-support/recorded.ts';
import type { GenAiMessage } from './message-parts.ts';
import { type Redact, Redactor } from './redaction.ts';

const KEY = 'sk-proj-4f9AbCdEfGhIjKlMnOpQrStUvWx';

function said(redact: Redact | undefined, ...messages: GenAiMessage[]): unknown {
  const text = new Redactor(redact).content(() => messages, JSON.stringify);
  return text === undefined ? undefined : JSON.parse(text);
}

describe('redaction', () => {
  it.each([
    ['a key of OpenAI', KEY], ['a key of Anthropic', 'sk-ant-api03-AbCdEfGhIjKlMnOpQr_st-UvWx'], ['a key of Groq', 'gsk_8sJq2kLmNoPqRsTuVwXyZ'],
    ['a key of Stripe', ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_')], ['a key of GitHub', `ghp_${'a1B2c3'.repeat(6)}`], ['a key of Google', `AIza${'Sy0a1-b_'.repeat(5).slice(0, 35)}`],
    ['a key of AWS', 'AKIAIOSFODNN7EXAMPLE'], ['a web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4fw'], ['a bearer token', 'abcdefgh0123456789abcdefgh'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----'], ['half a private key', '-----BEGIN PRIVATE KEY-----\nMIIEow'],
  ])('takes out %s', (name, secret) => {
    const before = name === 'a bearer token' ? 'Authorization: Bearer ' : 'use "';
    const clean = new Redactor(undefined).text(`${before}${secret}`);
    expect(clean).toBe(`${before}[redacted]`);
  });

  it('leaves ordinary words alone', () => {
    const text = 'The task-force asked the bearer of responsibilities: use sk-learn-and-other-long-words, eyJ, a BEGIN and 127.0.0.1:4319.';
    expect(new Redactor(undefined).text(text)).toBe(text);
  });

  it('reaches every string of a message but the words of the format', () => {
    const message = (text: string): GenAiMessage => ({
      role: 'text', finish_reason: 'stop',
      parts: [{ type: 'text', content: text }, { type: 'tool_call', id: '1', arguments: { deep: [{ list: text }] } }, { type: 'tool_call_response', response: text }, { type: 'uri', uri: text } as GenAiMessage['parts'][number]],
    });
    expect(said(undefined, message(KEY))).toEqual([message('[redacted]')]);
    expect(said((text) => text.replace('Ada', '***'), message('Ada'))).toEqual([message('***')]);
    expect(said(() => 'x', { role: 'user', parts: [{ type: 'text', content: 'Ada' }] })).toEqual([{ role: 'user', parts: [{ type: 'text', content: 'x' }] }]);
  });

  it.each<readonly [string, Redact]>([
    ['throws', () => { throw new Error('mine'); }],
    ['returns nothing', () => undefined as never],
    ['is asynchronous', (async () => { throw new Error('mine'); }) as never],
  ])('drops the content and counts it when the application\'s function %s', async (_name, redact) => {
    const { understudy, spans } = recorded({ redact });
    const ask = understudy.call('answer', { primary: { id: 'a/b', run: (question: string, { report }) => { report({ input: question }); return 'SECRET answer'; } }, fallbacks: [] });
    await ask('SECRET question');
    const failing = understudy.call('answer', { primary: { id: 'a/b', run: () => { throw new Error('SECRET reason'); } }, fallbacks: [] });
    await failing('x').catch(() => {});
    const ended = await spans();
    expect(ended.map((span) => span.attributes['understudy.route']), 'the calls are still seen').toEqual(['answer', 'answer']);
    expect(JSON.stringify(ended.map((span) => [span.attributes, span.status]))).not.toContain('SECRET');
    expect(understudy.status().contentDropped).toBe(3);
  });

  it('is applied to questions, answers and reasons of failures', async () => {
    const { understudy, spans } = recorded({ redact: (text) => text.replaceAll('Ada', '***') });
    const ask = understudy.call('answer', { primary: { id: 'a/b', run: (question: string, { report }) => { report({ input: question }); return `Ada ${KEY}`; } }, fallbacks: [] });
    await ask('I am Ada');
    const failing = understudy.call('answer', { primary: { id: 'a/b', run: () => { throw Object.assign(new Error(`Ada's key ${KEY} is wrong`), { status: 401 }); } }, fallbacks: [] });
    await failing('x').catch(() => {});
    const [answered, failed] = await spans();
    expect(answered?.attributes['gen_ai.input.messages']).toContain('I am ***');
    expect(answered?.attributes['gen_ai.output.messages']).toContain('*** [redacted]');
    expect(failed?.status.message).toBe('***\'s key [redacted] is wrong');
  });

  it('drops what cannot be written, and keeps the rest of the span', async () => {
    const { understudy, spans } = recorded();
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const ask = understudy.call('answer', { primary: { id: 'a/b', run: (_request: string, { report }) => { report({ output: [{ role: 'assistant', parts: [{ type: 'tool_call', arguments: circular }] }] }); return ''; } }, fallbacks: [] });
    await ask('x');
    expect((await spans())[0]?.attributes['understudy.route']).toBe('answer');
    expect(understudy.status().contentDropped).toBe(1);
  });

  it('never throws and leaves no key behind, whatever stands around it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
      const clean = new Redactor(undefined).text(`${before} ${KEY} ${after}`);
      expect(clean).not.toContain(KEY);
    }));
  });

  it('takes no more than a few looks at each character of the worst texts', () => {
    // Half a million characters each: in quadratic time any of them would take minutes, and this test its limit.
    const worst = ['sk-', 'sk-aaaaaaaaaaaaaaaaaaaaaaaa-', 'bearer\n', '-eyJ', 'eyJaaaaaaaaaa.', 'bearer ', '-----BEGIN PRIVATE KEY-----', '-----BEGIN ', 'a-', 'bearer a', 'sk-aaaaaaaaaaaaaaaaaaaaaaaa', ' '];
    for (const piece of worst) expect(new Redactor(undefined).text(piece.repeat(Math.ceil(500_000 / piece.length)))).toBeDefined();
  });
});
