import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidenceSchema } from '@understudy/contracts/evidence';
import { policySchema } from '@understudy/contracts/policy';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { openChdbStore } from '../store/chdb-store.ts';
import { callLine, insertCalls } from '../store/conformance/store-place.ts';
import { migrate } from '../store/migrate.ts';
import { sumUpMinutes } from './sum-up-minutes.ts';
import { rulesOf } from './threshold-rules.ts';
import { ThresholdWatch } from './watch-thresholds.ts';

const MINUTE = 60_000;
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 100 * MINUTE;
const TARGETS = [{ project: 'p', route: 'r', target: 't' }];
const directory = mkdtempSync(join(tmpdir(), 'understudy-thresholds-'));
let store: AnalyticsStore;
let calls = 0;

beforeAll(async () => {
  store = openChdbStore(directory);
  await migrate(store);
});
beforeEach(async () => {
  for (const table of ['calls', 'windows', 'judgements']) await store.command(`TRUNCATE TABLE ${table}`);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const policyOf = (...thresholds: object[]) => policySchema.parse({ version: 1, project: 'p', routes: { r: { thresholds } } });

/** So many calls in a minute after T0, summed up. */
async function minute(number: number, count: number, values: object): Promise<void> {
  await insertCalls(store, ...Array.from({ length: count }, () => callLine(`s${++calls}`, { purpose: 'serve', received_at: T0 + number * MINUTE + 1, started_at: T0 + number * MINUTE, ...values })));
  await sumUpMinutes(store, T0 + number * MINUTE, T0 + (number + 1) * MINUTE);
}

/** Evaluates at the end of that minute. */
async function after(watch: ThresholdWatch, policy: ReturnType<typeof policyOf>, number: number, targets = TARGETS) {
  const untilMs = T0 + (number + 1) * MINUTE;
  return (await watch.run(policy, targets, untilMs, untilMs + 900)).filter((finding) => finding.kind === 'threshold');
}

describe('a rule over minutes', () => {
  const errors = policyOf({ signal: 'error', statistic: 'rate', over: '2m', max: 0.05, action: 'switch' });

  it('is told with its numbers while it is broken, at every evaluation, and once when it holds again', async () => {
    const watch = new ThresholdWatch(store);
    await minute(0, 30, { error: 0 });
    const [first] = await after(watch, errors, 0);
    expect(evidenceSchema.parse({ ...first, epoch: 1 })).toEqual({
      kind: 'threshold', v: 1, epoch: 1, atMs: T0 + MINUTE + 900, project: 'p', route: 'r', target: 't', rule: 'rate of error over 2m at most 0.05', signal: 'error', statistic: 'rate',
      limit: 0.05, side: 'max', observed: 0, calls: 30, broken: false, action: 'switch', fromMs: expect.any(Number), untilMs: T0 + MINUTE,
    });
    await minute(1, 10, { error: 1 });
    expect(await after(watch, errors, 1)).toMatchObject([{ broken: true, observed: 0.25, calls: 40 }]);
    await minute(2, 30, { error: 0 });
    expect(await after(watch, errors, 2)).toMatchObject([{ broken: true, observed: 0.25, calls: 40 }]);
    await minute(3, 30, { error: 0 });
    expect(await after(watch, errors, 3)).toMatchObject([{ broken: false, observed: 0, calls: 60 }]);
    await minute(4, 30, { error: 0 });
    expect(await after(watch, errors, 4)).toEqual([]);
  });

  it('is evaluated once for each end of closed minutes', async () => {
    const watch = new ThresholdWatch(store);
    await minute(0, 30, { error: 1 });
    expect(await after(watch, errors, 0)).toHaveLength(1);
    expect(await after(watch, errors, 0)).toEqual([]);
  });

  it('says nothing while there are fewer calls than it needs, and keeps what it said', async () => {
    const watch = new ThresholdWatch(store);
    await minute(0, 30, { error: 1 });
    expect(await after(watch, errors, 0)).toMatchObject([{ broken: true }]);
    await minute(1, 1, { error: 0 });
    await minute(2, 18, { error: 0 });
    expect(await after(watch, errors, 2)).toEqual([]);
    await minute(3, 2, { error: 0 });
    expect(await after(watch, errors, 3)).toMatchObject([{ broken: false, calls: 20 }]);
  });

  it('is told to hold by a new leader too, who does not know what was told before', async () => {
    const [before, next] = [new ThresholdWatch(store), new ThresholdWatch(store)];
    await minute(0, 30, { error: 1 });
    expect(await after(before, errors, 0)).toMatchObject([{ broken: true }]);
    await minute(2, 30, { error: 0 });
    expect(await after(next, errors, 2)).toMatchObject([{ broken: false }]);
    expect(await after(next, errors, 3)).toEqual([]);
  });

  it('counts real requests, and each target for itself', async () => {
    const both = [...TARGETS, { project: 'p', route: 'r', target: 'other' }];
    await minute(0, 20, { error: 0, purpose: 'probe' });
    await minute(1, 20, { error: 1, purpose: 'shadow' });
    await minute(1, 20, { error: 1, target: 'other' });
    const found = await after(new ThresholdWatch(store), errors, 1, both);
    expect(found.map(({ target, broken, observed }) => [target, broken, observed])).toEqual([['t', false, 0], ['other', true, 1]]);
  });
});

describe('what a rule may look at', () => {
  const evaluate = async (policy: ReturnType<typeof policyOf>, number: number) => (await after(new ThresholdWatch(store), policy, number))[0];

  it('the 95th percentile of the duration', async () => {
    const slow = policyOf({ signal: 'duration', statistic: 'p95', over: '5m', max: 4000 });
    await minute(0, 90, { duration_ms: 300 });
    await minute(1, 10, { duration_ms: 9_000 });
    const found = await evaluate(slow, 4);
    expect(found).toMatchObject({ rule: 'p95 of duration over 5m at most 4000', broken: true, calls: 100 });
    expect(Math.abs((found?.observed ?? 0) / 9_000 - 1)).toBeLessThan(0.01);
    expect(await evaluate(slow, 5), 'ten calls are too few').toBeUndefined();
  });

  it('money: also none, which ends a rule, but not an unknown price', async () => {
    const dear = policyOf({ signal: 'spend', statistic: 'sum', over: '1m', max: 5 });
    await minute(0, 3, { cost_usd: 2 });
    expect(await evaluate(dear, 0)).toMatchObject({ broken: true, observed: 6, calls: 3 });
    expect(await evaluate(dear, 1)).toMatchObject({ broken: false, observed: 0, calls: 0 });
    await minute(2, 3, { cost_usd: null });
    expect(await evaluate(dear, 2)).toBeUndefined();
  });

  it('the least that a number may be, and a heuristic of the user\'s own', async () => {
    await minute(0, 20, { length: 40, scores: { 'custom.own': 1 } });
    expect(await evaluate(policyOf({ signal: 'length', statistic: 'mean', over: '1m', min: 100 }), 0)).toMatchObject({ broken: true, observed: 40, side: 'min', rule: 'mean of length over 1m at least 100' });
    expect(await evaluate(policyOf({ signal: 'custom.own', statistic: 'rate', over: '1m', max: 0.5 }), 0)).toMatchObject({ broken: true, observed: 1 });
  });

  it('what the judge says, as badness', async () => {
    const poor = policyOf({ signal: 'judge', statistic: 'mean', over: '1m', max: 0.3 });
    const lines = Array.from({ length: 20 }, (_, index) => `${JSON.stringify({ project: 'p', route: 'r', target: 't', purpose: 'serve', trace_id: '1', span_id: `j${index}`, received_at: T0, judged_at: T0 + 1_000, outcome: 'judged', score: 0.5, probability: 1 })}\n`);
    await store.insertLines('judgements', Buffer.from(lines.join('')));
    expect(await evaluate(poor, 0)).toMatchObject({ broken: true, observed: 0.5, calls: 20 });
    expect(await evaluate(poor, 1)).toBeUndefined();
  });
});

it('of two rules that say the same the one that switches counts', () => {
  const rule = { signal: 'error', statistic: 'rate', over: '2m', max: 0.05 };
  expect(rulesOf(policyOf({ ...rule, action: 'switch' }, rule), 'r')).toMatchObject([{ action: 'switch' }]);
  expect(rulesOf(policyOf(rule, { ...rule, action: 'switch' }), 'r')).toMatchObject([{ action: 'switch' }]);
  expect(rulesOf(policyOf(rule), 'another route')).toEqual([]);
});
