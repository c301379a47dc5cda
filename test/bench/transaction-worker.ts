/*
 * What a step over Kafka costs, in a process of its own, as CPU of that process: node transaction-worker.ts BROKERS PREFIX. Says one JSON object.
 */
import { TOPICS } from '@understudy/contracts/topics';
import type { StepHandler } from '@understudy/log/event-log';
import { openKafkaLog } from '@understudy/log/kafka/kafka-log';
import { median } from './figures.ts';

const TRANSACTIONS = 150;
const WARM_UP = 30;
const TYPICAL_RECORDS = 10;
const SPANS_RECORD_BYTES = 80_000;
/** Of ten routes: rows of 50 calls and their numbers. */
const TYPICAL_OUTPUTS = Array.from({ length: 10 }, (_, route) => [
  { topic: TOPICS.calls.name, key: `default/route-${route}`, value: new Uint8Array(80_000).fill(97) },
  { topic: TOPICS.evidence.name, key: `default/route-${route}`, value: new Uint8Array(12_000).fill(97) },
]).flat();
const TYPICAL_STATE = new Map(Array.from({ length: 10 }, (_, route) => [`route-${route}`, new Uint8Array(2_000)]));

const [brokers = '', topicPrefix = ''] = process.argv.slice(2);
const log = await openKafkaLog({ brokers: brokers.split(','), topicPrefix });

async function costs(group: string, handler: StepHandler, recordsAStep: number, bytes: number): Promise<{ cpuMs: number; tookMs: number }> {
  const topic = TOPICS.judgements.name;
  const partition = recordsAStep === 1 ? 0 : 1;
  const value = new Uint8Array(bytes).fill(97);
  for (let index = 0; index < TRANSACTIONS + WARM_UP; index++) await log.append(Array.from({ length: recordsAStep }, () => ({ topic, partition, value })));
  const ownership = await log.acquire(group, topic, partition);
  const steps: { cpuMs: number; tookMs: number }[] = [];
  for (let index = 0; index < TRANSACTIONS + WARM_UP; index++) {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    const outcome = await ownership.step(handler, { maxRecords: recordsAStep });
    const { user, system } = process.cpuUsage(before);
    if (outcome.kind !== 'committed' || outcome.records !== recordsAStep) throw new Error(`a step was ${outcome.kind}`);
    if (index >= WARM_UP) steps.push({ cpuMs: (user + system) / 1_000, tookMs: performance.now() - startedAt });
  }
  await ownership.release();
  return { cpuMs: steps.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / steps.length, tookMs: median(steps.map(({ tookMs }) => tookMs)) };
}

const small = { topic: TOPICS.evidence.name, key: 'default/route-0', value: new Uint8Array(100) };
const empty = await costs('bench-small', () => ({ outputs: [small] }), 1, 100);
const typical = await costs('bench-typical', () => ({ outputs: TYPICAL_OUTPUTS, state: TYPICAL_STATE }), TYPICAL_RECORDS, SPANS_RECORD_BYTES);
console.log(JSON.stringify({ empty, typical, recordsMoved: TYPICAL_RECORDS + TYPICAL_OUTPUTS.length + TYPICAL_STATE.size }));
await log.close();
