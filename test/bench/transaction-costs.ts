import { fileURLToPath } from 'node:url';
import { BenchProcess } from './bench-process.ts';
import { sayFigure } from './figures.ts';
import type { Installation } from './installation.ts';

const WORKER = fileURLToPath(new URL('./transaction-worker.ts', import.meta.url));

interface Cost { readonly cpuMs: number; readonly tookMs: number }

/** What the log adds to a role: the handlers of these steps do nothing. */
export async function measureTransactions({ environment }: Installation): Promise<void> {
  const worker = new BenchProcess(WORKER, [environment.KAFKA_BROKERS ?? '', environment.KAFKA_TOPIC_PREFIX ?? '']);
  const { empty, typical, recordsMoved } = await worker.message<{ empty: Cost; typical: Cost; recordsMoved: number }>();
  await worker.stop();
  sayFigure('transaction of a step with one small record in and one out', `${empty.cpuMs.toFixed(2)} ms CPU, ${empty.tookMs.toFixed(0)} ms at the median`, undefined, "kafkajs' own consumer and transactions: 10-20 ms at the median, at 2,000 messages/s");
  const aRecord = ((typical.cpuMs - empty.cpuMs) * 1_000) / recordsMoved;
  sayFigure('transaction of a typical step of score: 10 requests of 80 KB in, 20 records (0.9 MB) and 10 entries of state out', `${typical.cpuMs.toFixed(2)} ms CPU, ${typical.tookMs.toFixed(0)} ms at the median; ${aRecord.toFixed(0)} µs CPU a record read or written beyond the small one`, undefined, 'kafkajs 17-23 µs a record of 1 KB produced, 500-870 µs one of 68 KB');
}
