import type { LogEntry } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { saysWhatMatters } from './connection-log.ts';

function said(entries: readonly { readonly atMs?: number; readonly namespace?: string; readonly message: string; readonly [name: string]: unknown }[]): string[] {
  const texts: string[] = [];
  let nowMs = 0;
  const log = saysWhatMatters((text) => texts.push(text), () => nowMs);
  for (const { atMs = 0, namespace, ...content } of entries) {
    nowMs = atMs;
    log({ namespace, level: 1, label: 'ERROR', log: { timestamp: '', ...content } } as LogEntry);
  }
  return texts;
}

describe('what is said of a connection', () => {
  const unreachable = { namespace: 'Connection', message: 'Connection error: connect ECONNREFUSED 10.0.0.1:9092', broker: '10.0.0.1:9092' };

  it('is that a broker cannot be reached, once a minute', () => {
    const text = 'Kafka at 10.0.0.1:9092 cannot be reached (connect ECONNREFUSED 10.0.0.1:9092); it is tried again.';
    expect(said([unreachable, { ...unreachable, atMs: 59_999 }, { ...unreachable, atMs: 60_000 }])).toEqual([text, text]);
  });

  it('is that a login was refused, with nothing of what kafkajs knows of it', () => {
    expect(said([{ namespace: 'SaslAuthenticator-PLAIN', message: 'SASL PLAIN authentication failed: user u, password p', broker: 'b:1', password: 'p' }])).toEqual(['Kafka at b:1 refused the login: check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and the password.']);
  });

  it('is nothing of what is tried again, of what has no namespace, and of what was ended here', () => {
    expect(said([
      { namespace: 'Connection', message: 'Response Metadata(key: 3, version: 6)', error: 'There is no leader' }, { namespace: 'Consumer', message: 'Crash: KafkaJSError' },
      { message: 'a new default partitioner' }, { namespace: 'Connection', message: 'Connection error: the connection was given up' },
    ])).toEqual([]);
  });
});
