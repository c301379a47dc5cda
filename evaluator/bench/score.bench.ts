// The score step, in CPU time of this process: what the heuristics cost on 2 KB, and calls a second on one core from spans in the log to rows and evidence committed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { scoreCall } from '../src/heuristics/score-call.ts';
import { ValueMemory } from '../src/heuristics/value-memory.ts';
import { priceBook } from '../src/pricing/price-call.ts';
import { scoreStep } from '../src/roles/score.ts';
import { benchRequest } from './bench-spans.ts';
import { type AnswerKind, benchFacts, costliest } from './score-answers.ts';

const ROUNDS = 5;
/** Each with a log of its own. */
const LOG_ROUNDS = 3;
const SPANS_A_REQUEST = 50;
const REQUESTS = 400;

/** The least CPU time of a few rounds, in µs for each of `count`: noise of the machine only adds. */
async function leastCpuMicros(count: number, work: () => Promise<void> | void): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / count);
  }
  return least;
}

async function heuristics(kind: AnswerKind): Promise<void> {
  const facts = benchFacts(kind);
  const memory = new ValueMemory();
  const micros = await leastCpuMicros(facts.length * 10, () => {
    for (let i = 0; i < 10; i++) for (const call of facts) scoreCall(call, { memory });
  });
  const bytes = facts.reduce((sum, { outputText }) => sum + (outputText?.length ?? 0), 0) / facts.length;
  console.log(`heuristics, all on ${(bytes / 1024).toFixed(1)} KB of ${kind} with a prompt of 2 KB: ${(micros * 2048 / bytes).toFixed(1)} µs CPU for 2 KB   goal ≤ 30 µs`);
  console.log(`  most of it, each alone on an answer: ${await costliest(facts, leastCpuMicros)}`);
}

/** `work` once with the spans in a log on disk; the handler alone is measured beside it, without the log. */
async function scoreSpans(name: string, inputBytes: number, outputBytes: number): Promise<void> {
  const requests = Array.from({ length: REQUESTS }, (_, i) => benchRequest(i * SPANS_A_REQUEST, SPANS_A_REQUEST, inputBytes, outputBytes));
  const calls = REQUESTS * SPANS_A_REQUEST;
  const handler = scoreStep({ prices: priceBook() });
  const alone = await leastCpuMicros(calls, async () => {
    for (let at = 0; at < requests.length; at += 10) {
      const records = requests.slice(at, at + 10).map((value, i) => ({ offset: at + i, key: undefined, value, appendedAtMs: 1_763_000_000_000 }));
      await handler({ partition: 0, records, nowMs: 1_763_000_000_000 });
    }
  });
  let committed = Number.POSITIVE_INFINITY;
  for (let round = 0; round < LOG_ROUNDS; round++) committed = Math.min(committed, await withLog(requests, handler, calls));
  console.log(`score step, ${name}: ${Math.round(1e6 / committed)} calls/s/core committed (${committed.toFixed(1)} µs CPU a call), ${Math.round(1e6 / alone)} without the log (${alone.toFixed(1)} µs)   goal ≥ 15,000 calls/s/core; naive (protobufjs, sets of n-grams) 6,600`);
}

async function withLog(requests: readonly Uint8Array[], handler: ReturnType<typeof scoreStep>, calls: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  const log = openSqliteLog({ directory });
  try {
    for (const value of requests) await log.append([{ topic: TOPICS.spans.name, partition: 0, value }]);
    const ownership = await log.acquire('score', TOPICS.spans.name, 0);
    const before = process.cpuUsage();
    while ((await ownership.step(handler, { maxRecords: 10 })).kind === 'committed');
    const { user, system } = process.cpuUsage(before);
    return (user + system) / calls;
  } finally {
    await log.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

await heuristics('prose');
await heuristics('JSON');
await scoreSpans('1.6 KB spans (0.5 KB in, 0.5 KB out)', 512, 512);
await scoreSpans('2 × 2 KB text', 2_048, 2_048);
