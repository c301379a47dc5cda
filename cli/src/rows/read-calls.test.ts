import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCalls, type ReadOptions } from './read-calls.ts';
import type { RecordedCall } from './recorded-call.ts';

let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'understudy-rows-')); });
afterAll(() => rm(folder, { recursive: true }));

async function allOf(calls: AsyncIterable<RecordedCall>): Promise<RecordedCall[]> {
  const all: RecordedCall[] = [];
  for await (const call of calls) all.push(call);
  return all;
}

async function callsOf(name: string, content: string, options: Partial<ReadOptions> = {}): Promise<RecordedCall[]> {
  const file = join(folder, name);
  await writeFile(file, content);
  return allOf(readCalls([file], { map: [], ...options }));
}

describe('rows of CSV', () => {
  it('are calls, with quotes, line breaks in cells, a byte order mark and Windows line ends', async () => {
    const calls = await callsOf('a.csv', '\ufeffid,answer\r\n1,"He said ""no"",\r\nthen left."\r\n2,Hello.\r\n', { map: ['output=answer'] });
    expect(calls.map(({ facts }) => facts.outputText)).toEqual(['He said "no",\r\nthen left.', 'Hello.']);
    expect(calls.map(({ column }) => [column('id'), column('nothing')])).toEqual([['1', undefined], ['2', undefined]]);
  });
  it('of a broken file are told by file and row', async () => {
    await expect(callsOf('b.csv', 'id,output\n1,a\n2,b,c\n')).rejects.toThrowError(/b\.csv, as CSV: .*line 3/);
    await expect(callsOf('c.csv', 'output,latencySeconds\na,1\nb,soon\n')).rejects.toThrowError(/c\.csv, row 2: latencySeconds is "soon"/);
  });
  it('cannot reach a prototype by the names of their columns', async () => {
    const [call] = await callsOf('d.csv', '__proto__,constructor,output\nx,y,z\n');
    expect([call?.column('__proto__'), call?.column('constructor'), call?.column('toString')]).toEqual(['x', 'y', undefined]);
  });
});

const span = (attributes: Record<string, string>) => ({
  traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'chat', startTimeUnixNano: '1000000000', endTimeUnixNano: '2500000000',
  attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
});
const line = (...spans: object[]) => `${JSON.stringify({ resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] }, scopeSpans: [{ spans }] }] })}\n`;
const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5-mini', 'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"Hello."}]}]' };

describe('lines of OTLP/JSON', () => {
  it('are calls; spans that are no call to a model are passed over', async () => {
    const calls = await callsOf('a.jsonl', `${line(span({ 'http.request.method': 'POST' }), span(chat))}\n${line(span({ ...chat, 'error.type': '503' }))}`);
    expect(calls.map(({ facts }) => [facts.outputText, facts.durationMs, facts.errorType])).toEqual([['Hello.', 1500, undefined], ['Hello.', 1500, '503']]);
    expect(calls[0]?.column('gen_ai.request.model')).toBe('gpt-5-mini');
    expect(calls[0]?.column('service.name')).toBe('web');
  });
  it('are those of one route where a route is named', async () => {
    const calls = await callsOf('b.jsonl', line(span({ ...chat, 'understudy.route': 'one' }), span({ ...chat, 'understudy.route': 'two' })), { route: 'two' });
    expect(calls).toHaveLength(1);
  });
  it('of a broken file are told by file and line', async () => {
    await expect(callsOf('c.jsonl', `${line(span(chat))}{"resourceSpans":\n`)).rejects.toThrowError(/c\.jsonl, line 2: /);
  });
});

describe('files', () => {
  it('that are missing, folders or of no known format are told as such', async () => {
    const read = (file: string) => allOf(readCalls([file], { map: [] }));
    await expect(read(join(folder, 'nothing.csv'))).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('there is no file') });
    await expect(read(join(folder, 'answers'))).rejects.toMatchObject({ code: 'USAGE', fix: 'Say --format csv or --format otlp-jsonl.' });
    await expect(callsOf('x.jsonl', '', { map: ['output=a'] })).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('--map is for CSV') });
    await expect(allOf(readCalls([folder], { map: [], format: 'csv' }))).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('is a folder') });
  });
});
