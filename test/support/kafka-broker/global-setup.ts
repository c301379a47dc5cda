import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KafkaOffer } from '@understudy/log/kafka/test-support/describe-with-kafka';
import type { TestProject } from 'vitest/node';
import { KafkaBroker } from './kafka-broker.ts';
import { KAFKA_NEEDS, resolveKafka } from './resolve-kafka.ts';

/**
 * One broker for all test files of a run, started when the first of them asks: the processes of the files find it at an address on loopback.
 * KAFKA_BROKERS names a cluster that is used instead.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let startable: Promise<KafkaOffer> | undefined;
  let shared: Promise<KafkaOffer> | undefined;
  let broker: KafkaBroker | undefined;
  const offerOwn = (): Promise<KafkaOffer> => startable ??= lookWhetherOneCanBeStarted();
  const offerShared = (): Promise<KafkaOffer> => shared ??= offerCluster(offerOwn, (started) => { broker = started; });
  const server = createServer((request, response) => {
    (request.url === '/own-broker' ? offerOwn() : offerShared()).then(
      (offer) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(offer)),
      (error: unknown) => response.writeHead(500).end(`no Kafka broker for the tests: ${error instanceof Error ? error.message : String(error)}`),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  project.provide('kafkaOfferUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return async () => {
    await close(server);
    await shared?.catch(() => undefined);
    await broker?.stop();
  };
}

async function offerCluster(offerOwn: () => Promise<KafkaOffer>, onStarted: (broker: KafkaBroker) => void): Promise<KafkaOffer> {
  const { KAFKA_BROKERS } = process.env;
  if (KAFKA_BROKERS) return { kind: 'cluster', brokers: KAFKA_BROKERS.split(',').map((address) => address.trim()) };
  const own = await offerOwn();
  if (own.kind !== 'startable') return own;
  const broker = await KafkaBroker.start();
  onStarted(broker);
  return { kind: 'cluster', brokers: [broker.brokers] };
}

/** Says so once a run where none can. */
async function lookWhetherOneCanBeStarted(): Promise<KafkaOffer> {
  if (await resolveKafka() !== undefined) return { kind: 'startable' };
  if (process.env.CI === 'true') throw new Error(`install ${KAFKA_NEEDS}`);
  console.warn(`Tests that need Apache Kafka are skipped. To run them install ${KAFKA_NEEDS}.`);
  return { kind: 'absent', reason: `install ${KAFKA_NEEDS}` };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
