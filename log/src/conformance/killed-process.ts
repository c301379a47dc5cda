import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EventLog, LogRecord } from '../event-log.ts';
import { appendAll, CALLS, type CreateStorage, EVIDENCE, type LogStorage, readTopic, texts } from './log-storage.ts';
import { acquireChain, numbered, SUMS, stepChain } from './numbered-chain.ts';

const KILLS = 20;
const SEED = 20_261;
/** After its process is ready, each one lives so long at most, ms. */
const MAX_LIFE_MS = 150;
/** Numbers that a process appends itself start here, so that no two processes write the same one. */
const NUMBERS_A_PROCESS = 1_000_000;

interface Life {
  /** Numbers that this process was told are durable. */
  readonly acknowledged: number[];
}

export function describeKilledProcess(create: CreateStorage): void {
  it(`loses nothing and does nothing twice over ${KILLS} kill -9 at random moments`, async () => {
    const storage = await create();
    try {
      const log = await storage.open();
      const lifeTimesMs = fc.sample(fc.integer({ min: 0, max: MAX_LIFE_MS }), { numRuns: KILLS, seed: SEED });
      const feeder = feedWhile(log);
      const lives: Life[] = [];
      for (const [index, lifeMs] of lifeTimesMs.entries()) lives.push(await liveAndDie(storage, index, lifeMs));
      const fed = await feeder.stop();
      const chain = await acquireChain(log);
      while (await stepChain(chain));
      await expectExactlyOnce(log, fed);
      await expectAcknowledgedKept(log, lives);
    } finally {
      await storage.destroy();
    }
  }, 240_000);
}

/** Appends numbers until it is stopped; tells how many were acknowledged. */
function feedWhile(log: EventLog): { stop(): Promise<number> } {
  let stopped = false;
  let next = 0;
  const done = (async () => {
    while (!stopped) {
      await appendAll(log, [numbered(next), numbered(next + 1), numbered(next + 2)]);
      next += 3;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await done;
      return next;
    },
  };
}

async function liveAndDie(storage: LogStorage, index: number, lifeMs: number): Promise<Life> {
  const script = fileURLToPath(new URL('./chain-process.ts', import.meta.url));
  const { module, argument } = storage.child;
  const child = spawn(process.execPath, [script, module, argument, String((index + 1) * NUMBERS_A_PROCESS)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = collectLines(child);
  await lines.ready;
  await new Promise((resolve) => setTimeout(resolve, lifeMs));
  child.kill('SIGKILL');
  const [, signal] = await exited;
  expect(signal, 'it lived until it was killed').toBe('SIGKILL');
  await lines.ended;
  return { acknowledged: lines.numbers() };
}

function collectLines(child: ChildProcess): { ready: Promise<unknown>; ended: Promise<unknown>; numbers(): number[] } {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const ended = once(child, 'close');
  return {
    ready: Promise.race([once(child.stdout ?? child, 'data'), ended]),
    ended,
    // The last line may have been cut off by the kill; without its end it was not acknowledged to anybody.
    numbers: () => output.split('\n').slice(1, -1).map(Number),
  };
}

async function expectExactlyOnce(log: EventLog, fed: number): Promise<void> {
  expect(fed).toBeGreaterThan(KILLS);
  const oracle = new Map<string, string[]>();
  const sums = new Map<string, number>();
  for (let number = 0; number < fed; number++) {
    const key = numbered(number).key ?? '';
    const sum = (sums.get(key) ?? 0) + number;
    sums.set(key, sum);
    oracle.set(key, [...(oracle.get(key) ?? []), `${number} ${sum}`]);
  }
  expect(byKey(await readTopic(log, SUMS))).toEqual(oracle);
  expect(byKey(await readTopic(log, CALLS))).toEqual(new Map([...oracle].map(([key, values]) => [key, values.map((value) => value.split(' ')[0])])));
}

async function expectAcknowledgedKept(log: EventLog, lives: readonly Life[]): Promise<void> {
  const stored = texts(await readTopic(log, EVIDENCE)).map(Number);
  const acknowledged = lives.flatMap((life) => life.acknowledged);
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(new Set(stored).size, 'each one is there once').toBe(stored.length);
  const kept = new Set(stored);
  expect(acknowledged.filter((number) => !kept.has(number)), 'acknowledged and lost').toEqual([]);
  expect(stored.length - acknowledged.length, 'at most the one under way when it was killed').toBeLessThanOrEqual(KILLS);
}

function byKey(records: readonly LogRecord[]): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const record of records) lists.set(record.key ?? '', [...(lists.get(record.key ?? '') ?? []), ...texts([record])]);
  return lists;
}
