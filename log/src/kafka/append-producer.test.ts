import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { AppendProducer } from './append-producer.ts';
import { KafkaCluster } from './kafka-cluster.ts';
import type { PlacedRecords } from './placed-records.ts';

const KIB = 1024;

/** Takes connections and never answers. */
async function blackHole(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function part(bytes: number): PlacedRecords {
  return { topic: 't', partition: 0, records: [{ key: undefined, value: Buffer.alloc(bytes) }], bytes, indexes: [0] };
}

it('counts what it holds until that is settled, not until the caller has given it up', async () => {
  const cluster = new KafkaCluster({ brokers: [await blackHole()] }, ['t'], () => undefined);
  onTestFinished(() => cluster.close());
  const producer = new AppendProducer(cluster, { withinMs: 100, maxBytesInFlight: 100 * KIB, nowMs: Date.now });
  const outcomes = await Promise.allSettled([part(40 * KIB), part(40 * KIB)].map((each) => producer.append([each])));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(producer.isFull(40 * KIB)).toBe(true);
  cluster.close();
  await expect.poll(() => producer.isFull(40 * KIB), { timeout: 10_000 }).toBe(false);
});
