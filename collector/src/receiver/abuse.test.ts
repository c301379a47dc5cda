import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ListeningReceiver, listenReceiver } from '../test-support/listening-receiver.ts';
import { MemoryLog } from '../test-support/memory-log.ts';
import { JSON_TYPE, jsonRequest, PROTOBUF, post, protobufRequest, responseOf, spanNamed, statusOf, storedNames } from '../test-support/requests.ts';

const MIB = 1024 * 1024;
let log: MemoryLog;
let receiver: ListeningReceiver;

beforeEach(async () => {
  log = new MemoryLog();
  receiver = await listenReceiver({ log });
});
afterEach(async () => {
  // Whatever was sent, the next good request is taken.
  expect((await post(`${receiver.url}/v1/traces`, protobufRequest(spanNamed('after')))).status).toBe(200);
  expect(storedNames(log).at(-1)).toBe('after');
  await receiver.close();
});

function send(body: string | Uint8Array, headers: Record<string, string> = { 'content-type': PROTOBUF }): ReturnType<typeof post> {
  return post(`${receiver.url}/v1/traces`, body, headers);
}

describe('abuse of the OTLP receiver', () => {
  it('stops a gzip bomb while it inflates, also one whose trailer lies', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * MIB));
    const lying = Buffer.from(bomb);
    lying.writeUInt32LE(100, lying.length - 4);
    const headers = { 'content-type': PROTOBUF, 'content-encoding': 'gzip' };
    for (const body of [bomb, lying]) expect(statusOf(await send(body, headers))).toMatchObject({ code: 8, message: expect.stringContaining('after decompression') });
    expect((await send(gzipSync(bomb), headers)).status).toBe(400);
    expect(log.records).toEqual([]);
  });

  it('inflates 10 bombs at the same time and answers each with 413', async () => {
    const bomb = gzipSync(Buffer.alloc(30 * MIB));
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(bomb, { 'content-type': PROTOBUF, 'content-encoding': 'gzip' })));
    expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(413));
  });

  it('refuses a million brackets and a million objects before it parses them', async () => {
    expect((await send('['.repeat(1_000_000), { 'content-type': JSON_TYPE })).status).toBe(400);
    expect((await send(`{"x":[${'{},'.repeat(1_000_001)}1]}`, { 'content-type': JSON_TYPE })).status).toBe(413);
  });

  it('takes 15 MiB of JSON, leaves out its one broken span, and names what is malformed in large JSON', async () => {
    const spans = Array.from({ length: 500 }, (_, index) => ({ ...spanNamed(`large ${index}`), attributes: [{ key: 'text', value: { stringValue: 'x'.repeat(30_000) } }] }));
    const answer = await send(jsonRequest(...spans, { ...spanNamed('bad'), kind: 'CLIENT' }), { 'content-type': JSON_TYPE });
    expect(responseOf(answer)).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
    expect(storedNames(log)).toEqual(spans.map((span) => span.name));
    expect((await send(`${' '.repeat(2 * MIB)}{"resourceSpans":1}`, { 'content-type': JSON_TYPE })).status).toBe(400);
  });

  it('rejects the span with a million attributes, or one of 10 MB, and stores the others', async () => {
    const attributes = Array(100_000).fill({ key: 'k', value: { boolValue: true } });
    const answer = await send(protobufRequest({ ...spanNamed('many'), attributes }, { ...spanNamed('large'), attributes: [{ key: 'k', value: { stringValue: 'x'.repeat(10 * MIB) } }] }, spanNamed('good')));
    expect(responseOf(answer)).toMatchObject({ partialSuccess: { rejectedSpans: '2', errorMessage: expect.stringMatching(/more than 1024 attributes.*larger than 4194304 bytes/) } });
    expect(storedNames(log)).toEqual(['good']);
  });

  it('refuses 20 MiB of the smallest fields and envelopes', async () => {
    expect((await send(Buffer.alloc(20 * MIB).fill(Buffer.from([0x0a, 0])))).status).toBe(413);
    expect((await send(Buffer.alloc(20 * MIB).fill(Buffer.from([0x10, 0])))).status).toBe(413);
  });

  it('leaves Object.prototype alone, whatever the keys are', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const evil = ['__proto__', 'constructor', 'constructor.prototype.polluted', '__proto__.polluted', 'gen_ai.prompt.__proto__.polluted', 'hasOwnProperty'];
    const attributes = evil.flatMap((key) => [{ key, value: { stringValue: 'x' } }, { key: 'list', value: { kvlistValue: { values: [{ key, value: { kvlistValue: { values: [{ key: 'polluted', value: { boolValue: true } }] } } }] } } }]);
    expect((await send(protobufRequest({ ...spanNamed('a'), attributes }))).status).toBe(200);
    const json = jsonRequest({ ...spanNamed('b'), attributes }).replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},');
    expect((await send(json, { 'content-type': JSON_TYPE })).status).toBe(200);
    expect(storedNames(log)).toEqual(['a', 'b']);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect({}).not.toHaveProperty('polluted');
  });

  it('takes text with lone surrogates and bytes that are not UTF-8', async () => {
    expect((await send(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${'01'.repeat(16)}","spanId":"${'01'.repeat(8)}","name":"\\ud83d"}]}]}]}`, { 'content-type': JSON_TYPE })).status).toBe(200);
    expect((await send(protobufRequest(spanNamed('name')).map((byte) => (byte === 0x6d ? 0xff : byte)))).status).toBe(200);
    expect(storedNames(log)).toEqual(['\ufffd', 'na\ufffde']);
  });

  it('answers others while 50 senders dribble', async () => {
    const head = `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${PROTOBUF}\r\ncontent-length: 1000\r\n\r\n`;
    for (let sender = 0; sender < 50; sender++) void receiver.raw([head, 'x']);
    await expect.poll(() => receiver.counters().requests).toBe(50);
    expect((await send(protobufRequest(spanNamed('other')))).status).toBe(200);
  });
});
