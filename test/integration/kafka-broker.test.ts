import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describeWithKafka } from '@understudy/log/kafka/test-support/describe-with-kafka';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../support/free-port.ts';
import { describeWithOwnBroker } from '../support/kafka-broker/describe-with-own-broker.ts';
import { KafkaBroker } from '../support/kafka-broker/kafka-broker.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { waitUntil } from '../support/wait-until.ts';

const client = (brokers: readonly string[], more: Partial<KafkaConfig> = {}): Kafka =>
  new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 1_000 }, ...more });

async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  // kafkajs' own waitForLeaders throws where the broker has not heard of the topic yet from its controller.
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false });
  await waitUntil(`the broker hosts ${topic}`, 10_000, async () => (await admin.fetchTopicOffsets(topic)).length === 1, 20);
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

async function nodesSeenBy(kafka: Kafka): Promise<number[]> {
  const admin = kafka.admin();
  await admin.connect();
  const { brokers } = await admin.describeCluster();
  await admin.disconnect();
  return brokers.map(({ port }) => port);
}

const isRunning = (pid: number): boolean => {
  try {
    // A zombie still answers signal 0 until its parent has looked.
    return process.kill(pid, 0) && !(existsSync(`/proc/${pid}/stat`) && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch {
    return false;
  }
};

describeWithKafka('the broker of a test run', (brokers) => {
  it('keeps what is produced for a consumer of another group', async () => {
    const kafka = client(brokers);
    const topic = `harness-${randomUUID()}`;
    await createTopic(kafka, topic);
    await produce(kafka, topic, 'a record');
    expect(await readFirst(kafka, topic)).toBe('a record');
  });
});

describeWithOwnBroker('a broker of a test\'s own', () => {
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

  it('lets in who has the password and trusts its certificate, and nobody else; a pause stops its answers until it resumes', async () => {
    const broker = await KafkaBroker.start({ tls: true, users: [{ name: 'understudy', password: 'right' }] });
    onTestFinished(() => broker.stop());
    const ssl = { ca: [readFileSync(broker.certificateAuthority, 'utf8')] };
    const user = { username: 'understudy', password: 'right' };
    const once = { retry: { retries: 0 } };
    expect(await nodesSeenBy(client([broker.tlsBrokers], { ssl }))).toHaveLength(1);
    for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
      for (const [address, config] of [[broker.saslBrokers, {}], [broker.saslTlsBrokers, { ssl }]] as const) {
        expect(await nodesSeenBy(client([address], { ...config, sasl: { mechanism, ...user } as KafkaConfig['sasl'] }))).toHaveLength(1);
      }
      await expect(nodesSeenBy(client([broker.saslBrokers], { ...once, sasl: { mechanism, ...user, password: 'wrong' } as KafkaConfig['sasl'] }))).rejects.toThrow(/authentication/i);
    }
    await expect(nodesSeenBy(client([broker.tlsBrokers], { ...once, ssl: true }))).rejects.toThrow(/self.signed/i);

    await broker.pause();
    const impatient = client([broker.brokers], { ...once, connectionTimeout: 500, requestTimeout: 500 });
    await expect(nodesSeenBy(impatient)).rejects.toThrow(/timed out|timeout/i);
    await broker.resume();
    expect(await nodesSeenBy(client([broker.brokers]))).toEqual([broker.port]);
  });

  it('is reached through a proxy alone where it advertises the proxy, so that a test can silence the connection', async () => {
    const [proxyPort = 0] = await freePorts(1);
    const broker = await KafkaBroker.start({ advertisedPort: proxyPort });
    onTestFinished(() => broker.stop());
    const proxy = await startTcpProxy(broker.port, proxyPort);
    onTestFinished(() => proxy.close());
    const kafka = client([broker.brokers], { requestTimeout: 1_000, retry: { retries: 0 } });
    expect(await nodesSeenBy(kafka)).toEqual([proxyPort]);
    const admin = kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await createTopic(kafka, 'through-the-proxy');
    await admin.fetchTopicOffsets('through-the-proxy');
    expect(proxy.connectionsMade()).toBeGreaterThan(0);
    proxy.silence();
    await expect(admin.fetchTopicOffsets('through-the-proxy')).rejects.toThrow(/timed out|timeout/i);
    expect(await nodesSeenBy(client([`127.0.0.1:${proxyPort}`]))).toEqual([proxyPort]);
  });

  it('ends with the process that started it, its store too, even when that is killed', async () => {
    const starter = spawn(process.execPath, [fileURLToPath(new URL('../support/kafka-broker/start-and-wait.ts', import.meta.url))], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => { starter.kill('SIGKILL'); });
    const [line] = await once(createInterface(starter.stdout), 'line') as [string];
    const { pid, directory } = JSON.parse(line) as { pid: number; directory: string };
    expect(isRunning(pid)).toBe(true);
    starter.kill('SIGKILL');
    await waitUntil('the broker and its store are gone', 10_000, () => !isRunning(pid) && !existsSync(directory));
  });
});
