// The whole pipeline as separate processes over a real broker and ClickHouse: what each part costs, and whether everything that was acknowledged is there.
import { KafkaBroker } from '../support/kafka-broker/kafka-broker.ts';
import { measureCollector } from './collector-throughput.ts';
import { openInstallation } from './installation.ts';
import { SPANS_A_REQUEST } from './numbered-requests.ts';
import { measureDecide, measureScore } from './role-throughput.ts';

/** `--only collector,steps`: some parts, to look at one of them. */
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1]?.split(',') : undefined;
const isWanted = (part: string) => only === undefined || only.includes(part);

const given = process.env.KAFKA_BROKERS?.split(',');
const broker = given === undefined ? await KafkaBroker.start({ heapMegabytes: 768 }) : undefined;
const brokers = given ?? [broker?.brokers ?? ''];
try {
  if (isWanted('collector')) {
    const installation = await openInstallation(brokers, 'collector');
    await measureCollector(installation, 'plain');
    await installation.close();
  }
  if (isWanted('plain')) {
    const installation = await openInstallation(brokers, 'plain');
    const requests = await measureCollector(installation, 'plain');
    await measureScore(installation, requests, 'plain');
    await measureDecide(installation, requests * SPANS_A_REQUEST);
    await installation.close();
  }
  if (isWanted('gzip')) {
    const installation = await openInstallation(brokers, 'gzip');
    const requests = await measureCollector(installation, 'gzip');
    await measureScore(installation, requests, 'gzipped');
    await installation.close();
  }
} finally {
  await broker?.stop();
}
