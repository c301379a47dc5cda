// The whole pipeline as separate processes over a real broker and ClickHouse: what each part costs, and whether everything that was acknowledged is there.
import { KafkaBroker } from '../support/kafka-broker/kafka-broker.ts';
import { KAFKA_NEEDS, resolveKafka } from '../support/kafka-broker/resolve-kafka.ts';
import { measureCollector } from './collector-throughput.ts';
import { type Installation, openInstallation } from './installation.ts';
import { SPANS_A_REQUEST } from './numbered-requests.ts';
import { measureOverrideLatency } from './override-latency.ts';
import { measureDecide, measureScore } from './role-throughput.ts';
import { measureStore } from './store-figures.ts';
import { measureTransactions } from './transaction-costs.ts';

/** Of one installation each, so that none finds the records of another. */
const OVER_KAFKA: Readonly<Record<string, (installation: Installation) => Promise<void>>> = {
  async plain(installation) {
    const requests = await measureCollector(installation, 'plain');
    await measureScore(installation, requests, 'plain');
    await measureDecide(installation, requests * SPANS_A_REQUEST);
  },
  async gzip(installation) {
    const requests = await measureCollector(installation, 'gzip');
    await measureScore(installation, requests, 'gzipped');
  },
  transactions: measureTransactions,
  latency: measureOverrideLatency,
};

/** `--only plain,latency`: some parts, to look at them alone. */
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1]?.split(',') : undefined;
const isWanted = (part: string) => only === undefined || only.includes(part);

async function overKafka(): Promise<void> {
  const parts = Object.entries(OVER_KAFKA).filter(([name]) => isWanted(name));
  if (parts.length === 0) return;
  const given = process.env.KAFKA_BROKERS?.split(',');
  if (given === undefined && (await resolveKafka()) === undefined) return console.log(`pipeline: everything over Kafka is left out, it needs ${KAFKA_NEEDS}`);
  const broker = given === undefined ? await KafkaBroker.start({ heapMegabytes: 768 }) : undefined;
  try {
    for (const [name, measure] of parts) {
      const installation = await openInstallation(given ?? [broker?.brokers ?? ''], name);
      await measure(installation).finally(() => installation.close());
    }
  } finally {
    await broker?.stop();
  }
}

await overKafka();
if (isWanted('store')) await measureStore();
