import { randomUUID } from 'node:crypto';
import kafkajs, { type Kafka } from 'kafkajs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openConnection } from '../connection.ts';
import { describeWithKafka } from '../test-support/describe-with-kafka.ts';
import type { Codec } from './codec.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;
const CODECS = [['gzip', CompressionTypes.GZIP], ['snappy', CompressionTypes.Snappy], ['lz4', CompressionTypes.LZ4], ['zstd', CompressionTypes.ZSTD]] as const;
/** Over several of the 32 and 64 KiB blocks in which Java compresses. */
const VALUES = Array.from({ length: 300 }, (_, index) => `${index} ${'The quick brown fox jumps over the lazy dog. '.repeat(20 + (index % 7))}`);

describeWithKafka('compressed batches', (brokers) => {
  const { kafka, destroySockets } = openConnection({ brokers }, () => undefined);
  const admin = kafka.admin();
  const newTopic = async (config: Record<string, string>) => {
    const topic = `codecs-${randomUUID().slice(0, 8)}`;
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 1, configEntries: Object.entries(config).map(([name, value]) => ({ name, value })) }] });
    return topic;
  };

  beforeAll(() => admin.connect());
  afterAll(async () => {
    await admin.disconnect();
    destroySockets();
  });

  it.each(CODECS)('that Java made are read: %s', async (name, type) => {
    // A broker compresses anew, with the library of the Java clients, what comes otherwise than its topic says.
    const topic = await newTopic({ 'compression.type': name });
    await produce(kafka, topic, CompressionTypes.None);
    const { inputs } = watchInflating(type);
    expect(await readAll(kafka, topic, VALUES.length)).toEqual(VALUES);
    expect(inputs.length).toBeGreaterThan(0);
    if (name === 'snappy') expect(inputs[0]?.subarray(0, 8)).toEqual(Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0]));
  });

  it.each(CODECS)('of ours are read by Java, and by us: %s', async (_name, type) => {
    // The broker reads them to compress them anew with gzip.
    const topic = await newTopic({ 'compression.type': type === CompressionTypes.GZIP ? 'zstd' : 'gzip' });
    await produce(kafka, topic, type);
    expect(await readAll(kafka, topic, VALUES.length)).toEqual(VALUES);
    const kept = await newTopic({ 'compression.type': 'producer' });
    await produce(kafka, kept, type);
    const { inputs } = watchInflating(type);
    expect(await readAll(kafka, kept, VALUES.length)).toEqual(VALUES);
    expect(inputs.length).toBeGreaterThan(0);
  });
});

async function produce(kafka: Kafka, topic: string, compression: number): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({ topic, compression, messages: VALUES.map((value) => ({ value })) });
  await producer.disconnect();
}

async function readAll(kafka: Kafka, topic: string, count: number): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: `codecs-${randomUUID().slice(0, 8)}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      values.push(message.value?.toString('utf8') ?? '');
      if (values.length === count) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return values;
}

/** What the codec of a type is given to inflate from now on. */
function watchInflating(type: 1 | 2 | 3 | 4): { readonly inputs: readonly Buffer[] } {
  const makeCodec = CompressionCodecs[type];
  const inputs: Buffer[] = [];
  CompressionCodecs[type] = () => {
    const codec: Codec = makeCodec();
    return { ...codec, decompress(compressed: Buffer) { inputs.push(compressed); return codec.decompress(compressed); } };
  };
  onTestFinished(() => { CompressionCodecs[type] = makeCodec; });
  return { inputs };
}
