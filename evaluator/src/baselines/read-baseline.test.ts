import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignalName } from '@understudy/contracts/signal';
import { SIGNAL_NAMES } from '@understudy/contracts/signal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { openChdbStore } from '../store/chdb-store.ts';
import { migrate } from '../store/migrate.ts';
import { baselineFromValues } from './baseline-from-values.ts';
import { readBaseline } from './read-baseline.ts';

/** Of today: the store keeps no call for ever. */
const NOW = Date.now();
const WHO = { project: 'default', route: "o'route", target: 'openai/large' };
let directory = '';
let store: AnalyticsStore;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'baseline-'));
  store = openChdbStore(directory);
  await migrate(store);
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A call every second up to NOW; `values(index)` are its signals. */
function lines(count: number, values: (index: number) => Partial<Record<SignalName, number>>, others: object = {}): Buffer {
  return Buffer.from(Array.from({ length: count }, (_, index) => {
    const at = NOW - (count - index) * 1_000;
    const signals = Object.fromEntries(SIGNAL_NAMES.map((name) => [name, values(index)[name] ?? null]));
    return `${JSON.stringify({ ...WHO, purpose: 'serve', trace_id: `t${index}`, span_id: JSON.stringify(others), received_at: at, started_at: at, duration_ms: 1, ...signals, ...others })}\n`;
  }).join(''));
}

it('gives the numbers of baselineFromValues, for rates, continuous, repeated and constant values', async () => {
  const values = (index: number) => ({
    error: index % 50 === 0 ? 1 : 0, ...(index % 2 === 0 ? { refusal: 0 } : {}), length: Math.floor((index * 7919) % 40), latency_per_token: 0.01 + ((index * 104_729) % 997) / 9_973, cost_per_call: 0.002,
  });
  await store.insertLines('calls', lines(1_000, values));
  // Neither probes nor copies of the same call count.
  await store.insertLines('calls', lines(300, () => ({ error: 1, length: 99_999 }), { purpose: 'probe' }));
  await store.insertLines('calls', lines(1_000, values));
  const read = await readBaseline(store, { ...WHO, nowMs: NOW });
  for (const signal of ['error', 'refusal', 'length', 'latency_per_token', 'cost_per_call'] as const) {
    const told = Array.from({ length: 1_000 }, (_, index) => values(index) as Partial<Record<SignalName, number>>).flatMap((one) => one[signal] ?? []);
    expect(read[signal], signal).toEqual(baselineFromValues(signal, told));
  }
  expect(read.loop).toBeUndefined();
});

it('leaves out what was received during an incident', async () => {
  const read = await readBaseline(store, { ...WHO, nowMs: NOW, badTimes: [{ fromMs: NOW - 600_000, toMs: NOW - 100_000 }] });
  expect(read.error?.calls).toBe(500);
  expect(await readBaseline(store, { ...WHO, nowMs: NOW + 15 * 86_400_000 })).toEqual({});
});

it('takes only what the judge and the rubric of now have said of a route', async () => {
  const judgedBy = { model: 'judge-2', rubricVersion: 'new' };
  const judgements = (model: string, version: string, score: number, calls: number) => Buffer.from(Array.from({ length: calls }, (_, index) => `${JSON.stringify({
    ...WHO, purpose: 'serve', trace_id: `${model}${version}${index}`, span_id: 's', received_at: NOW - 60_000, judged_at: NOW - 50_000, outcome: 'judged', score, judge_model: model, rubric: 'answer', rubric_version: version, flagged: false, probability: 0.1,
  })}\n`).join(''));
  await store.insertLines('judgements', judgements('judge-1', 'new', 0, 70));
  await store.insertLines('judgements', judgements('judge-2', 'old', 0, 70));
  await store.insertLines('judgements', judgements('judge-2', 'new', 0.9, 60));
  const { judge } = await readBaseline(store, { ...WHO, nowMs: NOW, judgedBy });
  expect(judge).toMatchObject({ kind: 'score', calls: 60, mean: expect.closeTo(0.1) });
  expect((await readBaseline(store, { ...WHO, nowMs: NOW })).judge).toBeUndefined();
});
