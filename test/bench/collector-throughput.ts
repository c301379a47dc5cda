import { fileURLToPath } from 'node:url';
import { BenchProcess } from './bench-process.ts';
import { atLeast, median, sayFigure, whole } from './figures.ts';
import { type Encoding, SPANS_A_REQUEST } from './numbered-requests.ts';
import { countSpans } from './read-back.ts';
import type { Installation } from './installation.ts';

const WARM_UP_REQUESTS = 800;
const REQUESTS = 600;
const ROUNDS = 5;
const CONNECTIONS = 20;
const SENDER = fileURLToPath(new URL('./send-requests.ts', import.meta.url));

const GOALS: Readonly<Record<Encoding, { goal: number; reference: string }>> = {
  plain: { goal: 100_000, reference: 'then 160k; OpenTelemetry Collector, answering only after Kafka has it: 76-96k, tuned 140-157k' },
  gzip: { goal: 60_000, reference: 'then 75k; OpenTelemetry Collector, answering only after Kafka has it: 48-52k, tuned 70k' },
};

/** `understudy collector`, from HTTP to acknowledged by the broker, and everything that it acknowledged read back. Returns how many requests are in the log. */
export async function measureCollector(installation: Installation, encoding: Encoding): Promise<number> {
  const collector = BenchProcess.understudy(['collector', '--otlp-port', '0'], installation.environment);
  const { otlp } = await collector.message<{ otlp: string }>();
  const sender = new BenchProcess(SENDER, [`${otlp}/v1/traces`, encoding, String(CONNECTIONS)]);
  const perCore: number[] = [];
  const perSecond: number[] = [];
  let repeats = 0;
  let next = 0;
  async function round(requests: number): Promise<{ cpuMicros: number; sentMs: number }> {
    sender.tell(`${next} ${requests}`);
    next += requests;
    await sender.message();
    const before = collector.cpuMicros();
    sender.tell('go');
    const sent = await sender.message<{ repeats: number; sentMs: number }>();
    repeats += sent.repeats;
    return { cpuMicros: collector.cpuMicros() - before, sentMs: sent.sentMs };
  }
  await round(WARM_UP_REQUESTS);
  for (let turn = 0; turn < ROUNDS; turn++) {
    const { cpuMicros, sentMs } = await round(REQUESTS);
    perCore.push((REQUESTS * SPANS_A_REQUEST * 1e6) / cpuMicros);
    perSecond.push((REQUESTS * SPANS_A_REQUEST * 1e3) / sentMs);
  }
  await sender.stop();
  await collector.stop();
  const { goal, reference } = GOALS[encoding];
  const spread = perCore.toSorted((one, other) => one - other).map((value) => `${Math.round(value / 1_000)}k`).join(', ');
  sayFigure(`collector → Kafka, acks=all, ${encoding}, ${SPANS_A_REQUEST} spans of 1.6 KB a request`, `${whole(median(perCore))} spans/s/core (${spread}), ${whole(median(perSecond))} spans/s beside the sender and the broker`, atLeast(median(perCore), goal, 'spans/s/core'), reference);
  await checkNothingLost(installation, next, repeats);
  return next;
}

async function checkNothingLost(installation: Installation, requests: number, repeats: number): Promise<void> {
  const { lost, twice, damaged } = await countSpans(installation.log, requests);
  sayFigure('collector, loss check', `${whole(requests * SPANS_A_REQUEST)} spans acknowledged, read back from the log: ${lost} lost, ${twice} twice, ${damaged} changed (${repeats} requests had to be repeated)`, { text: '0 lost, 0 changed', isMet: lost === 0 && damaged === 0 });
  if (lost + damaged > 0) throw new Error('acknowledged spans are missing in the log');
}
