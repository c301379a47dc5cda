import type { SignalName } from '@understudy/contracts/signal';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { observeRule } from '../../windows/observe-rule.ts';
import { readJudged } from '../../windows/read-judged.ts';
import { type Minutes, readMinutes } from '../../windows/read-minutes.ts';
import { sumUpMinutes } from '../../windows/sum-up-minutes.ts';
import { SKETCH_ERROR, SKETCHED } from '../../windows/window-columns.ts';
import { callLine, type CreateStorePlace, insertCalls, useStore } from './store-place.ts';

const MINUTE = 60_000;
const MINUTES = 4;
const TARGETS = ['t1', 't2'];
/** 24 minutes ago: no minute of the test is open, and it does not run over midnight twice. */
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 24 * MINUTE;

const call = fc.record({
  target: fc.constantFrom(...TARGETS), purpose: fc.constantFrom('serve', 'standby', 'probe', 'shadow'), atMs: fc.integer({ min: 0, max: MINUTES * MINUTE - 1 }), copies: fc.integer({ min: 1, max: 2 }),
  duration_ms: fc.integer({ min: 1, max: 120_000 }), cost_usd: fc.option(fc.double({ min: 1e-6, max: 1, noNaN: true })), error: fc.option(fc.constantFrom(0, 1)), length: fc.option(fc.integer({ min: 1, max: 9_000 })),
  scores: fc.record({ fence: fc.constantFrom(0, 1), ungrounded: fc.double({ min: 0, max: 1, noNaN: true }), input_tokens_per_char: fc.double({ min: 0.01, max: 5, noNaN: true }), 'custom.own': fc.constantFrom(0, 1) }, { requiredKeys: [] }),
});
type Call = typeof call extends fc.Arbitrary<infer Value> ? Value : never;
const judgement = fc.record({
  target: fc.constantFrom(...TARGETS), purpose: fc.constantFrom('serve', 'shadow'), outcome: fc.constantFrom('judged', 'skipped'), atMs: fc.integer({ min: 0, max: MINUTES * MINUTE - 1 }),
  score: fc.double({ min: 0, max: 1, noNaN: true }), probability: fc.constantFrom(0.001, 0.02, 0.5, 1), copies: fc.integer({ min: 1, max: 2 }),
});
const range = fc.tuple(fc.integer({ min: 0, max: MINUTES }), fc.integer({ min: 0, max: MINUTES })).map(([one, other]) => ({ fromMs: T0 + Math.min(one, other) * MINUTE, untilMs: T0 + Math.max(one, other) * MINUTE }));

const SIGNALS: ReadonlyMap<SignalName, (one: Call) => number | null | undefined> = new Map<SignalName, (one: Call) => number | null | undefined>([
  ['duration', (one) => one.duration_ms], ['error', (one) => one.error], ['length', (one) => one.length], ['fence', (one) => one.scores.fence], ['ungrounded', (one) => one.scores.ungrounded],
  ['input_tokens_per_char', (one) => one.scores.input_tokens_per_char], ['custom.own', (one) => one.scores['custom.own']],
]);
const QUANTILES = [['p50', 0.5], ['p95', 0.95], ['p99', 0.99]] as const;

/** What minutes put together say of a signal, against the plain computation over the same calls. */
export function describeSummingUp(create: CreateStorePlace): void {
  describe('summing up minutes', () => {
    const under = useStore(create);
    beforeEach(() => empty());
    const empty = async () => {
      for (const table of ['calls', 'windows', 'judgements']) await under.store.command(`TRUNCATE TABLE ${table}`);
    };
    const question = { project: 'p', routes: ['r'], targets: TARGETS };

    it('gives the numbers that a plain computation gives, of real calls, each counted once', async () => {
      await fc.assert(fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 60 }), range, async (calls, { fromMs, untilMs }) => {
        await empty();
        await insertCalls(under.store, ...calls.flatMap(({ atMs, copies, ...values }, index) => Array.from({ length: copies }, () => callLine(`s${index}`, { ...values, received_at: T0 + atMs, started_at: T0 - 5_000 }))));
        await sumUpMinutes(under.store, T0, T0 + MINUTES * MINUTE);
        const found = await readMinutes(under.store, { ...question, fromMs, untilMs, sketches: SKETCHED });
        for (const target of TARGETS) {
          const within = calls.filter((one) => one.target === target && T0 + one.atMs >= fromMs && T0 + one.atMs < untilMs);
          expectMinutes(found.find((row) => row.target === target), within);
        }
      }), { numRuns: 15 });
    }, 60_000);

    it('weighs what the judge said by how likely each call was drawn', async () => {
      await fc.assert(fc.asyncProperty(fc.array(judgement, { minLength: 1, maxLength: 30 }), range, async (judgements, { fromMs, untilMs }) => {
        await empty();
        const lines = judgements.flatMap(({ atMs, copies, outcome, score, ...values }, index) => Array.from({ length: copies }, () => `${JSON.stringify({
          project: 'p', route: 'r', trace_id: 't', span_id: `s${index}`, received_at: T0 - MINUTE, judged_at: T0 + atMs, outcome, score: outcome === 'judged' ? score : null, ...values,
        })}\n`));
        await under.store.insertLines('judgements', Buffer.from(lines.join('')));
        const found = await readJudged(under.store, { ...question, fromMs, untilMs });
        for (const target of TARGETS) {
          const within = judgements.filter((one) => one.target === target && one.purpose === 'serve' && one.outcome === 'judged' && T0 + one.atMs >= fromMs && T0 + one.atMs < untilMs);
          const weights = within.map(({ probability }) => 1 / Math.max(0.01, probability));
          const row = found.find((one) => one.target === target);
          expect(row?.calls ?? 0).toBe(within.length);
          if (row !== undefined) expect(row.meanBadness).toBeCloseTo(sumOf(within.map(({ score }, index) => (1 - score) * (weights[index] ?? 0))) / sumOf(weights), 9);
        }
      }), { numRuns: 15 });
    }, 60_000);

    it('says nothing of minutes that were summed up before there were sums by signal', async () => {
      await under.store.command(`INSERT INTO windows (project, route, target, minute, computed_at, calls) SELECT 'p', 'r', 't1', fromUnixTimestamp64Milli(${T0}), now64(3), 7`);
      const [minutes] = await readMinutes(under.store, { ...question, fromMs: T0, untilMs: T0 + MINUTE, sketches: SKETCHED });
      for (const signal of SKETCHED) expect(observeRule({ signal, statistic: 'p95', minCalls: 1 }, { minutes, judged: undefined })).toBeUndefined();
      expect(observeRule({ signal: 'error', statistic: 'rate', minCalls: 1 }, { minutes, judged: undefined })).toBeUndefined();
    });
  });
}

function expectMinutes(minutes: Minutes | undefined, calls: readonly Call[]): void {
  expect(minutes === undefined, 'no row without calls').toBe(calls.length === 0);
  if (minutes === undefined) return;
  const real = calls.filter(({ purpose }) => purpose !== 'shadow');
  expect(minutes.realCalls).toBe(real.length);
  expectSum(minutes.spendUsd, calls.map(({ cost_usd }) => cost_usd).filter((cost) => cost !== null));
  for (const [signal, read] of SIGNALS) expectSignal(signal, minutes, real.map(read).filter((value): value is number => value !== null && value !== undefined));
}

function expectSignal(signal: SignalName, minutes: Minutes, values: readonly number[]): void {
  const observe = (statistic: 'mean' | 'p50' | 'p95' | 'p99') => observeRule({ signal, statistic, minCalls: 1 }, { minutes, judged: undefined });
  const mean = observe('mean');
  expect(mean?.calls ?? 0, signal).toBe(values.length);
  expectSum(mean === undefined ? undefined : mean.value * mean.calls, values);
  if (SKETCHED.includes(signal)) for (const [statistic, share] of QUANTILES) expectQuantile(observe(statistic)?.value, values, share);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Undefined: nothing was summed. Sums of the same numbers in another order differ by rounding only. */
function expectSum(found: number | undefined, values: readonly number[]): void {
  if (values.length === 0) expect(found).toBeUndefined();
  else expect(Math.abs((found ?? Number.NaN) - sumOf(values))).toBeLessThanOrEqual(1e-9 * (1 + sumOf(values.map(Math.abs))));
}

/** Within the sketch's error of the value at that share of the sorted values, or of its neighbour. */
function expectQuantile(found: number | undefined, values: readonly number[], share: number): void {
  if (values.length === 0) {
    expect(found).toBeUndefined();
    return;
  }
  const sorted = values.toSorted((one, other) => one - other);
  const rank = share * (sorted.length - 1);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  expect(found).toBeGreaterThanOrEqual(low * (1 - SKETCH_ERROR));
  expect(found).toBeLessThanOrEqual(high * (1 + SKETCH_ERROR));
}
