import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ListeningReceiver, listenReceiver } from '../test-support/listening-receiver.ts';
import { MemoryLog } from '../test-support/memory-log.ts';
import { JSON_TYPE, jsonRequest, PROTOBUF, post, protobufRequest, responseOf, spanNamed, statusOf, storedNames } from '../test-support/requests.ts';

let log: MemoryLog;
let receiver: ListeningReceiver;
let isDraining = false;

beforeEach(async () => {
  isDraining = false;
  log = new MemoryLog();
  receiver = await listenReceiver({ log, draining: () => isDraining });
});
afterEach(() => receiver.close());

const traces = (): string => `${receiver.url}/v1/traces`;
const good = protobufRequest(spanNamed('a'));
const goodJson = jsonRequest(spanNamed('a'));

describe('OTLP over HTTP: requests and answers', () => {
  it('answers protobuf with protobuf, all accepted being an empty message', async () => {
    const answer = await post(traces(), good);
    expect(answer).toMatchObject({ status: 200, contentType: PROTOBUF });
    expect(answer.bytes).toHaveLength(0);
    expect(storedNames(log)).toEqual(['a']);
  });

  it('answers JSON with JSON, all accepted being {}', async () => {
    const answer = await post(traces(), goodJson, { 'content-type': JSON_TYPE });
    expect(answer).toMatchObject({ status: 200, contentType: JSON_TYPE });
    expect(answer.bytes.toString()).toBe('{}');
    expect(storedNames(log)).toEqual(['a']);
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON', 'APPLICATION/JSON ;charset="utf-8"'])('takes the content type %s', async (type) => {
    expect(await post(traces(), goodJson, { 'content-type': type })).toMatchObject({ status: 200, contentType: JSON_TYPE });
  });

  it('takes APPLICATION/X-PROTOBUF', async () => {
    expect((await post(traces(), good, { 'content-type': 'APPLICATION/X-PROTOBUF' })).status).toBe(200);
  });

  it.each(['text/plain', 'application/grpc', ''])('refuses the content type "%s" with 415 and a Status', async (type) => {
    const answer = await post(traces(), good, { 'content-type': type });
    expect(answer).toMatchObject({ status: 415, contentType: JSON_TYPE });
    expect(statusOf(answer)).toMatchObject({ code: 3, message: expect.stringContaining(PROTOBUF) });
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('answers %s with 405 and what is allowed', async (method) => {
    const response = await fetch(traces(), { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ message: expect.any(String) });
  });

  it('answers an unknown path with 404 in the encoding of the request', async () => {
    const answer = await post(`${receiver.url}/v1/trace`, good);
    expect(answer).toMatchObject({ status: 404, contentType: PROTOBUF });
    expect(statusOf(answer)).toMatchObject({ code: 5, message: expect.stringContaining('/v1/traces') });
  });

  it('takes a path with a query', async () => {
    expect((await post(`${traces()}?x=1`, good)).status).toBe(200);
  });

  it('takes a chunked body without a length', async () => {
    const head = `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${PROTOBUF}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n`;
    const chunks = [...good].flatMap((byte) => ['1\r\n', Buffer.from([byte]), '\r\n']);
    expect(await receiver.raw([head, ...chunks, '0\r\n\r\n'])).toMatch(/^HTTP\/1.1 200 /);
    expect(storedNames(log)).toEqual(['a']);
  });

  it('answers 100 requests on one connection, pipelined', async () => {
    const head = (last: boolean): string => `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${PROTOBUF}\r\ncontent-length: ${good.length}\r\n${last ? 'connection: close\r\n' : ''}\r\n`;
    const text = await receiver.raw(Array.from({ length: 100 }, (_, index) => [head(index === 99), good]).flat());
    expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(100);
    expect(log.records).toHaveLength(100);
  });

  it('answers 40 connections at once', async () => {
    expect((await Promise.all(Array.from({ length: 40 }, () => post(traces(), good)))).map((answer) => answer.status)).toEqual(Array(40).fill(200));
    expect(log.records).toHaveLength(40);
  });

  it('says 100 Continue to a sender that waits for it', async () => {
    const head = `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${PROTOBUF}\r\ncontent-length: ${good.length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n`;
    expect(await receiver.raw([head], '\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    expect(await receiver.raw([head, good])).toMatch(/100 Continue[\s\S]*HTTP\/1.1 200 OK/);
  });

  it('never compresses an answer', async () => {
    const answer = await post(traces(), good, { 'content-type': PROTOBUF, 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-encoding')).toBeNull();
  });
});

describe('OTLP over HTTP: compression and limits', () => {
  it('passes the bytes of a gzip protobuf request on as they came', async () => {
    const body = gzipSync(good);
    expect((await post(traces(), body, { 'content-type': PROTOBUF, 'content-encoding': 'GZIP' })).status).toBe(200);
    expect(Buffer.from(log.records[0]?.value ?? [])).toEqual(body);
    expect(log.records[0]).toMatchObject({ topic: 'llm.spans' });
    expect(log.records[0]).not.toHaveProperty('key');
  });

  it('takes gzip JSON and identity', async () => {
    expect((await post(traces(), gzipSync(goodJson), { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await post(traces(), good, { 'content-type': PROTOBUF, 'content-encoding': 'identity' })).status).toBe(200);
    expect(storedNames(log)).toEqual(['a', 'a']);
  });

  it.each(['br', 'zstd', 'deflate', 'gzip, gzip', 'gzip,identity', 'x'])('refuses the content encoding %s with 415', async (encoding) => {
    const answer = await post(traces(), good, { 'content-type': PROTOBUF, 'content-encoding': encoding });
    expect(answer).toMatchObject({ status: 415, contentType: PROTOBUF });
    expect(answer.headers.get('accept-encoding')).toBe('gzip');
    expect(statusOf(answer).message).toContain('gzip');
  });

  it('answers gzip that is broken, twice packed or none at all with 400', async () => {
    const headers = { 'content-type': PROTOBUF, 'content-encoding': 'gzip' };
    for (const body of [good, gzipSync(good).subarray(0, 20), gzipSync(gzipSync(good))]) expect((await post(traces(), body, headers)).status).toBe(400);
    expect((await post(traces(), gzipSync(good))).status).toBe(400);
    expect(log.records).toEqual([]);
    expect((await post(traces(), good)).status).toBe(200);
  });

  it('answers a body above the limit with 413, however it is sent', async () => {
    await receiver.close();
    receiver = await listenReceiver({ log, limits: { maxBodyBytes: 10_000, maxCompressedBytes: 5_000 } });
    const large = protobufRequest(spanNamed('x'.repeat(20_000)));
    expect(await post(traces(), large)).toMatchObject({ status: 413, contentType: PROTOBUF });
    expect(await post(traces(), gzipSync(large), { 'content-type': PROTOBUF, 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
    expect(await post(traces(), gzipSync(large, { level: 0 }), { 'content-type': PROTOBUF, 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
    expect(await post(traces(), jsonRequest(spanNamed('x'.repeat(20_000))), { 'content-type': JSON_TYPE })).toMatchObject({ status: 413, contentType: JSON_TYPE });
    const chunked = `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${PROTOBUF}\r\ntransfer-encoding: chunked\r\n\r\n4e20\r\n`;
    expect(await receiver.raw([chunked, large.subarray(0, 15_000)], '\r\n\r\n')).toMatch(/^HTTP\/1.1 413 /);
    expect(log.records).toEqual([]);
  });

  it('answers more spans than it takes with 413', async () => {
    const answer = await post(traces(), protobufRequest(...Array(10_001).fill(spanNamed('a'))));
    expect(answer.status).toBe(413);
    expect(statusOf(answer).message).toContain('more than 10000 spans');
  });

  it('stores nothing of a request whose sender leaves in the middle', async () => {
    const head = `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${PROTOBUF}\r\nexpect: 100-continue\r\ncontent-length: ${good.length + 1}\r\n\r\n`;
    await receiver.raw([head, good], '100 Continue');
    await expect.poll(() => receiver.counters().disconnected).toBe(1);
    expect(log.records).toEqual([]);
  });

  it('answers 408 to a body that dribbles, and ends the connection', async () => {
    await receiver.close();
    receiver = await listenReceiver({ log, limits: { maxBodyMs: 50 } });
    expect(await receiver.raw([`POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${PROTOBUF}\r\ncontent-length: 100\r\n\r\n`, good.subarray(0, 10)])).toMatch(/^HTTP\/1.1 408 [\s\S]*connection: close/i);
  });
});

describe('OTLP over HTTP: decoding', () => {
  it.each([
    ['a cut request', good.subarray(0, good.length - 3)], ['a truncated varint', Buffer.from([0x0a, 0x80])], ['a wrong wire type', Buffer.from([0x08, 1])],
    ['a length past the end', Buffer.from([0x0a, 100, 1])], ['text', Buffer.from('hello')], ['JSON sent as protobuf', Buffer.from(goodJson)], ['a single span that is broken', Buffer.from([0x0a, 5, 0x12, 3, 0x12, 1, 0x0a])],
  ])('answers %s with 400 and a Status that says why', async (_, body) => {
    const answer = await post(traces(), body);
    expect(answer).toMatchObject({ status: 400, contentType: PROTOBUF });
    expect(statusOf(answer)).toMatchObject({ code: 3, message: expect.stringContaining('not a valid OTLP trace request') });
    expect(log.records).toEqual([]);
  });

  it.each(['', '{', 'null', '[]', '"x"', '{"resourceSpans":1}'])('answers the JSON %s with 400 and a Status', async (text) => {
    const answer = await post(traces(), text, { 'content-type': JSON_TYPE });
    expect(answer).toMatchObject({ status: 400, contentType: JSON_TYPE });
    expect(statusOf(answer)).toMatchObject({ code: 3, message: expect.any(String) });
  });

  it('takes empty requests and empty envelopes, and stores nothing for them', async () => {
    for (const body of [Buffer.alloc(0), protobufRequest(), Buffer.from([0x0a, 0])]) expect((await post(traces(), body)).status).toBe(200);
    for (const text of ['{}', '{"resourceSpans":[]}', '{"resourceSpans":[{}]}', '{"resourceSpans":[{"scopeSpans":[{}]}]}']) {
      expect((await post(traces(), text, { 'content-type': JSON_TYPE })).status).toBe(200);
    }
    expect((await post(traces(), gzipSync(''), { 'content-type': PROTOBUF, 'content-encoding': 'gzip' })).status).toBe(200);
    expect(log.records).toEqual([]);
  });

  it('does not guess at snake_case names: such a span has no ids and is rejected', async () => {
    const answer = await post(traces(), JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ trace_id: '01'.repeat(16), span_id: '01'.repeat(8) }] }] }] }), { 'content-type': JSON_TYPE });
    expect(responseOf(answer)).toEqual({ partialSuccess: { rejectedSpans: '1', errorMessage: '1 of 1 spans rejected: 1 × invalid trace id' } });
  });
});

describe('OTLP over HTTP: partial success', () => {
  const badIds = { ...spanNamed('bad'), spanId: Buffer.alloc(8) };

  it('stores the good spans of a protobuf request and names the others', async () => {
    const answer = await post(traces(), gzipSync(protobufRequest(spanNamed('a'), badIds, spanNamed('b'), { name: 'none' })), { 'content-type': PROTOBUF, 'content-encoding': 'gzip' });
    expect(answer.status).toBe(200);
    expect(responseOf(answer)).toEqual({ partialSuccess: { rejectedSpans: '2', errorMessage: '2 of 4 spans rejected: 1 × invalid span id; 1 × invalid trace id' } });
    expect(storedNames(log)).toEqual(['a', 'b']);
    expect(receiver.counters()).toMatchObject({ acceptedSpans: 2, rejectedSpans: 2 });
  });

  it('stores the good spans of a JSON request, whatever is wrong in the others', async () => {
    const wrong = [{ ...spanNamed('bad'), kind: 'CLIENT' }, badIds, { ...spanNamed('bad'), traceId: 'xyz' }];
    const answer = await post(traces(), jsonRequest(spanNamed('a'), ...wrong, spanNamed('b')), { 'content-type': JSON_TYPE });
    expect(responseOf(answer)).toMatchObject({ partialSuccess: { rejectedSpans: '3', errorMessage: expect.stringContaining('3 of 5 spans rejected') } });
    expect(storedNames(log)).toEqual(['a', 'b']);
  });

  it('answers 400 when no span of a JSON request can be read', async () => {
    expect((await post(traces(), jsonRequest({ ...spanNamed('bad'), kind: 'CLIENT' }), { 'content-type': JSON_TYPE })).status).toBe(400);
  });

  it('says nothing of partial success when all went well', async () => {
    expect(responseOf(await post(traces(), good))).toEqual({});
  });
});

describe('OTLP over HTTP: back-pressure', () => {
  it('answers only after the log has committed', async () => {
    let commit = (): void => {};
    log.answer = () => new Promise((resolve) => { commit = () => resolve({ kind: 'appended', offsets: [0] }); });
    let answered = false;
    const answer = post(traces(), good).then((each) => { answered = true; return each; });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    commit();
    expect((await answer).status).toBe(200);
  });

  it.each([[100, '1'], [2_500, '3'], [60_000, '8']])('answers 503 when the log is full for %i ms, with a Retry-After of %s s', async (retryAfterMs, seconds) => {
    log.answer = () => ({ kind: 'full', retryAfterMs, reason: 'disk full' });
    const answer = await post(traces(), goodJson, { 'content-type': JSON_TYPE });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe(seconds);
    expect(statusOf(answer)).toMatchObject({ code: 14, message: expect.stringContaining('disk full') });
  });

  it('answers 503 when the log fails, says so once, and says when it is over', async () => {
    log.answer = () => { throw new Error('broken'); };
    for (let attempt = 0; attempt < 3; attempt++) expect(await post(traces(), good)).toMatchObject({ status: 503, contentType: PROTOBUF });
    log.answer = () => ({ kind: 'appended', offsets: [] });
    await post(traces(), good);
    expect(receiver.said).toEqual([expect.stringContaining('takes no spans (broken)'), expect.stringContaining('takes spans again')]);
  });

  it('answers 503 with a Retry-After of 1 s while it drains', async () => {
    isDraining = true;
    const answer = await post(traces(), good);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('asks to come again when too much is under way at the same time, and takes it afterwards', async () => {
    await receiver.close();
    receiver = await listenReceiver({ log, limits: { maxInFlightBytes: good.length } });
    let commit = (): void => {};
    log.answer = () => new Promise((resolve) => { commit = () => resolve({ kind: 'appended', offsets: [0] }); });
    const first = post(traces(), good);
    await expect.poll(() => receiver.counters().receivedBytes).toBe(good.length);
    expect((await post(traces(), good)).status).toBe(503);
    commit();
    expect((await first).status).toBe(200);
    log.answer = () => ({ kind: 'appended', offsets: [] });
    expect((await post(traces(), good)).status).toBe(200);
  });
});

describe('OTLP over HTTP: access and other signals', () => {
  it('asks for the token when there is one', async () => {
    await receiver.close();
    receiver = await listenReceiver({ log, token: 'secret' });
    const withHeader = (headers: Record<string, string>): Promise<number> => post(traces(), good, { 'content-type': PROTOBUF, ...headers }).then((answer) => answer.status);
    expect(await withHeader({})).toBe(401);
    expect(await withHeader({ authorization: 'Bearer wrong' })).toBe(401);
    expect(await withHeader({ authorization: 'Basic secret' })).toBe(401);
    expect(await withHeader({ 'x-api-key': '' })).toBe(401);
    expect(statusOf(await post(traces(), good))).toMatchObject({ code: 16 });
    expect(log.records).toEqual([]);
    expect(await withHeader({ authorization: 'bearer secret' })).toBe(200);
    expect(await withHeader({ 'x-api-key': 'secret' })).toBe(200);
  });

  it.each(['logs', 'metrics'])('answers %s with 200, says once that they are not used, and stores nothing', async (signal) => {
    for (let request = 0; request < 2; request++) {
      const answer = await post(`${receiver.url}/v1/${signal}`, '{"anything":[]}', { 'content-type': JSON_TYPE });
      expect(answer).toMatchObject({ status: 200, contentType: JSON_TYPE });
      expect(answer.bytes.toString()).toBe('{}');
    }
    expect((await post(`${receiver.url}/v1/${signal}`, good)).bytes).toHaveLength(0);
    expect(receiver.said).toEqual([expect.stringContaining(`OTLP ${signal}`)]);
    expect(log.records).toEqual([]);
  });
});
