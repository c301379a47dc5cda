import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog, NewRecord, StepHandler } from '../src/event-log.ts';
import { openSqliteLog } from '../src/sqlite/sqlite-log.ts';

/** A request of 50 spans of 1.6 KB is one record of the collector. */
const SPANS_A_RECORD = 50;
const SPAN_BYTES = 1_600;
const RECORDS = 2_000;
/** How many requests are under way at once: what shares a transaction. */
const CONCURRENCY = [1, 8, 32];

interface Measurement {
  readonly cpuUs: number;
  readonly wallUs: number;
}

async function measure(records: number, work: () => Promise<void>): Promise<Measurement> {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await work();
  const cpu = process.cpuUsage(cpuBefore);
  return { cpuUs: (cpu.user + cpu.system) / records, wallUs: ((performance.now() - before) * 1_000) / records };
}

async function appendMany(log: EventLog, record: NewRecord, concurrency: number): Promise<void> {
  let left = RECORDS;
  const client = async () => {
    while (left-- > 0) {
      const outcome = await log.append([record]);
      if (outcome.kind === 'full') throw new Error(outcome.reason);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
}

/** As score does: reads spans, writes a smaller record and remembers a little. */
async function stepThrough(log: EventLog, recordsAStep: number): Promise<number> {
  const output = { topic: TOPICS.evidence.name, key: 'default/route', value: new Uint8Array(4_000) };
  const handler: StepHandler = ({ records }) => ({ outputs: records.map(() => output), state: new Map([['route', new Uint8Array(2_000)]]) });
  const partitions = Array.from({ length: log.partitionCount(TOPICS.spans.name) }, async (_, partition) => {
    const ownership = await log.acquire('bench', TOPICS.spans.name, partition);
    let read = 0;
    for (;;) {
      const outcome = await ownership.step(handler, { maxRecords: recordsAStep });
      if (outcome.kind !== 'committed') return read;
      read += outcome.records;
    }
  });
  return (await Promise.all(partitions)).reduce((sum, read) => sum + read, 0);
}

function print(name: string, { cpuUs, wallUs }: Measurement): void {
  const cpuASpan = (cpuUs / SPANS_A_RECORD).toFixed(2);
  process.stdout.write(`${name.padEnd(42)} ${cpuUs.toFixed(0).padStart(6)} µs CPU a record  ${wallUs.toFixed(0).padStart(6)} µs of time a record  ${cpuASpan.padStart(6)} µs CPU a span\n`);
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-log-bench-'));
  const log = openSqliteLog({ directory });
  try {
    const record = { topic: TOPICS.spans.name, value: new Uint8Array(SPANS_A_RECORD * SPAN_BYTES).fill(7) };
    for (const concurrency of CONCURRENCY) print(`append, ${concurrency} at once`, await measure(RECORDS, () => appendMany(log, record, concurrency)));
    const expected = RECORDS * CONCURRENCY.length;
    print('step, up to 10 records', await measure(expected, async () => {
      const read = await stepThrough(log, 10);
      if (read !== expected) throw new Error(`${read} records were read instead of ${expected}`);
    }));
  } finally {
    await log.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
