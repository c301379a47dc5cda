import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { describeWithKafka } from '@understudy/log/kafka/test-support/describe-with-kafka';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KafkaBroker } from '../support/kafka-broker/kafka-broker.ts';
import { resolveKafka } from '../support/kafka-broker/resolve-kafka.ts';

const client = (brokers: readonly string[]): Kafka => new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 10, maxRetryTime: 2_000 } });

async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

async function produce(kafka: Kafka, topic: string, value: string): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  await producer.send({ topic, messages: [{ value }] });
  await producer.disconnect();
}

async function readFirst(kafka: Kafka, topic: string): Promise<string | undefined> {
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const value = await new Promise<string | undefined>((resolve, reject) => {
    consumer.run({ eachMessage: async ({ message }) => resolve(message.value?.toString()) }).catch(reject);
  });
  await consumer.disconnect();
  return value;
}

describeWithKafka('the broker of a test run', (brokers) => {
  it('keeps what is produced for a consumer of another group', async () => {
    const kafka = client(brokers);
    const topic = `harness-${randomUUID()}`;
    await createTopic(kafka, topic);
    await produce(kafka, topic, 'a record');
    expect(await readFirst(kafka, topic)).toBe('a record');
  });
});

const canStartOne = await resolveKafka() !== undefined;

describe.skipIf(!canStartOne)('a broker of a test\'s own', () => {
  it('still has a record after it was killed and started again, and leaves no store behind', async () => {
    const broker = await KafkaBroker.start();
    onTestFinished(() => broker.stop());
    const kafka = client([broker.brokers]);
    await createTopic(kafka, 'kept');
    await produce(kafka, 'kept', 'written before the kill');
    const killed = broker.pid;
    await broker.restart('SIGKILL');
    expect(broker.pid).not.toBe(killed);
    expect(await readFirst(kafka, 'kept')).toBe('written before the kill');
    await broker.stop();
    expect(existsSync(broker.directory)).toBe(false);
  });
});
