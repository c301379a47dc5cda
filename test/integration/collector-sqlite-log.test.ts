import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { inflate } from '@understudy/contracts/otlp/inflate';
import { readSpans } from '@understudy/contracts/otlp/span-reader';
import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenReceiver } from '@understudy/collector/test-support/listening-receiver';
import { JSON_TYPE, jsonRequest, PROTOBUF, post, protobufRequest, spanNamed } from '@understudy/collector/test-support/requests';

let directory: string;
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'collector-')); });
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function namesIn(log: EventLog): Promise<string[]> {
  const names: string[] = [];
  for (let partition = 0; partition < log.partitionCount(TOPICS.spans.name); partition++) {
    const { records } = await log.read(TOPICS.spans.name, partition, 0, { maxRecords: 10_000, maxBytes: 1e9 });
    for (const record of records) for (const span of readSpans(inflate(record.value, 1e8))) names.push(span.name);
  }
  return names.sort();
}

describe('the receiver over the SQLite log', () => {
  it('has stored on disk what it answered with 200, across a restart', async () => {
    const log = openSqliteLog({ directory });
    const receiver = await listenReceiver({ log });
    const bodies = Array.from({ length: 30 }, (_, index) => spanNamed(`call ${String(index).padStart(2, '0')}`));
    const answers = await Promise.all(bodies.map((span, index) => {
      if (index % 3 === 0) return post(`${receiver.url}/v1/traces`, protobufRequest(span));
      if (index % 3 === 1) return post(`${receiver.url}/v1/traces`, gzipSync(protobufRequest(span)), { 'content-type': PROTOBUF, 'content-encoding': 'gzip' });
      return post(`${receiver.url}/v1/traces`, jsonRequest(span), { 'content-type': JSON_TYPE });
    }));
    expect(answers.map((answer) => answer.status)).toEqual(Array(30).fill(200));
    await receiver.close();
    await log.close();
    const reopened = openSqliteLog({ directory });
    expect(await namesIn(reopened)).toEqual(bodies.map((span) => span.name));
    await reopened.close();
  });

  it('asks to come again when the log is at its limit, and has exactly what was accepted', async () => {
    const log = openSqliteLog({ directory, limits: { refuseAtBytes: 1_000_000 } });
    // A group that reads nothing: no record may be deleted to make room.
    const reader = await log.acquire('test', TOPICS.spans.name, 0);
    const receiver = await listenReceiver({ log });
    const statuses: number[] = [];
    for (let index = 0; index < 30; index++) {
      const answer = await post(`${receiver.url}/v1/traces`, protobufRequest({ ...spanNamed(`call ${index}`), attributes: [{ key: 'text', value: { stringValue: 'x'.repeat(100_000) } }] }));
      statuses.push(answer.status);
      if (answer.status === 503) expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(8);
    }
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(await namesIn(log)).toEqual(statuses.flatMap((status, index) => (status === 200 ? [`call ${index}`] : [])).sort());
    await receiver.close();
    await reader.release();
    await log.close();
  });
});
