import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { KafkaConnectionOptions } from '@understudy/log/kafka/connection';
import { clearTextWarning } from '@understudy/log/kafka/connection';
import { GroupMembers, share, until } from '@understudy/log/kafka/test-support/group-members';
import { checkTopics, createTopics } from '@understudy/log/kafka/topics/topics';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeWithOwnBroker } from '../support/kafka-broker/describe-with-own-broker.ts';
import { KafkaBroker } from '../support/kafka-broker/kafka-broker.ts';
import { runUnderstudy } from '../support/run-understudy.ts';

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const PASSWORD = `secret-${randomUUID()}`;

describeWithOwnBroker('a connection to Kafka', () => {
  let broker: KafkaBroker;
  beforeAll(async () => { broker = await KafkaBroker.start({ tls: true, users: [{ name: 'understudy', password: PASSWORD }] }); });
  afterAll(() => broker?.stop());

  const trusting = () => ({ ca: readFileSync(broker.certificateAuthority, 'utf8') });
  const login = (mechanism: (typeof MECHANISMS)[number], password = PASSWORD) => ({ mechanism, username: 'understudy', password });
  const problemOf = (connection: KafkaConnectionOptions) => checkTopics(connection).then(() => undefined, (error: unknown) => error);

  it.each(MECHANISMS)('logs in with %s, with TLS and without', async (mechanism) => {
    const sasl = login(mechanism);
    expect(await checkTopics({ brokers: [broker.saslTlsBrokers], ssl: trusting(), sasl })).not.toEqual([]);
    expect(await checkTopics({ brokers: [broker.saslBrokers], sasl })).not.toEqual([]);
  });

  it.each(MECHANISMS)('that is refused by %s is a matter of configuration, and tells no password', async (mechanism) => {
    const wrong = `wrong-${randomUUID()}`;
    const problem = await problemOf({ brokers: [broker.saslTlsBrokers], ssl: trusting(), sasl: login(mechanism, wrong) });
    expect(problem).toMatchObject({ code: 'CONFIGURATION', fix: expect.stringContaining('KAFKA_SASL_USERNAME') });
    expect(`${(problem as Error).message} ${(problem as Error).stack} ${JSON.stringify(problem)}`).not.toContain(wrong);
  });

  it('to a broker whose certificate nobody vouches for names KAFKA_SSL_CA', async () => {
    expect(await problemOf({ brokers: [broker.tlsBrokers], ssl: true })).toMatchObject({ code: 'CONFIGURATION', fix: expect.stringContaining('KAFKA_SSL_CA') });
  });

  it('with TLS to a port without it does not wait for ever', async () => {
    expect(await problemOf({ brokers: [broker.brokers], ssl: trusting() })).toMatchObject({ code: expect.stringMatching(/^(CONFIGURATION|LOG_UNAVAILABLE)$/), fix: expect.stringMatching(/KAFKA_/) });
  });

  it('is what members of a group use too', async () => {
    const connection = { brokers: [broker.saslTlsBrokers], ssl: trusting(), sasl: login('scram-sha-512') };
    await createTopics(connection, { prefix: 'tls.' });
    const group = new GroupMembers(connection, 'tls-members', 'tls.llm.spans');
    onTestFinished(() => group.leaveAll());
    const member = group.join();
    await until('it has all', 20_000, () => share([member], 4));
  });

  it('comes from the environment of a command', async () => {
    const environment = { KAFKA_BROKERS: broker.saslTlsBrokers, KAFKA_SSL: '1', KAFKA_SSL_CA: broker.certificateAuthority, KAFKA_SASL_MECHANISM: 'scram-sha-256', KAFKA_SASL_USERNAME: 'understudy', KAFKA_TOPIC_PREFIX: 'env.' };
    expect(await runUnderstudy(['topics'], { environment: { ...environment, KAFKA_SASL_PASSWORD: PASSWORD } })).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('created env.llm.spans') });
    const refused = await runUnderstudy(['topics'], { environment: { ...environment, KAFKA_SASL_PASSWORD: 'no' } });
    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('KAFKA_SASL_USERNAME') });
  });
});

describe('a password that others can read', () => {
  const sasl = { mechanism: 'plain', username: 'u', password: 'p' } as const;
  it('is warned of off loopback, unless it goes through TLS', () => {
    expect(clearTextWarning({ brokers: ['kafka.example.com:9092'], sasl })).toContain('in clear');
    expect(clearTextWarning({ brokers: ['kafka.example.com:9092'], sasl, ssl: true })).toBeUndefined();
    expect(clearTextWarning({ brokers: ['127.0.0.1:9092', 'localhost:9093', '[::1]:9094'], sasl })).toBeUndefined();
    expect(clearTextWarning({ brokers: ['127.0.0.1.example.com:9092'], sasl })).toContain('127.0.0.1.example.com');
    expect(clearTextWarning({ brokers: ['kafka.example.com:9092'] })).toBeUndefined();
  });
});
