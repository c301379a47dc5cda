import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JudgementRow } from '@understudy/contracts/judgement';
import { DEFAULT_POLICY, type Policy, policySchema } from '@understudy/contracts/policy';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JudgeView, judgeView } from '../judge/judge-state-view.ts';
import { type JudgeState, newAnchors, newDay, newHealth, utcDay } from '../judge/judge-state.ts';
import { type DecideState, initialDecideState } from '../policy/route-state.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { openChdbStore } from '../store/chdb-store.ts';
import { migrate } from '../store/migrate.ts';
import { judgeRoutes } from './judge-routes.ts';

const DAY_MS = 86_400_000;
const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const NOW_MS = TODAY_MS + DAY_MS / 2;
const judging = policySchema.parse({ version: 1, judge: { model: 'judge-1', baseUrl: 'http://127.0.0.1:1/v1', usdPerDay: 2, callsPerDay: 500 } });

let directory: string;
let store: AnalyticsStore;

function call(spanId: string, values: object = {}): object {
  return { project: 'default', route: 'support', target: 'a', purpose: 'serve', trace_id: '1', span_id: spanId, received_at: NOW_MS - 1_000, started_at: NOW_MS - 1_000, duration_ms: 1, error: 0, length: 40, ...values };
}

function judgement(spanId: string, values: Partial<JudgementRow> = {}): JudgementRow {
  return {
    project: 'default', route: 'support', target: 'a', purpose: 'serve', trace_id: '1', span_id: spanId, received_at: NOW_MS - 1_000, judged_at: NOW_MS, outcome: 'judged', reason: '', score: 1, checks: {}, reasoning: '',
    rubric: 'answer', rubric_version: '1', judge_model: 'judge-1', judge_response_model: 'judge-1', judge_fingerprint: '', flagged: false, probability: 0.1, drawn_for: 'sample', cost_usd: 0.25, duration_ms: 5, cached: false, ...values,
  };
}

const lines = (rows: readonly object[]) => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-judge-routes-'));
  store = openChdbStore(directory);
  await migrate(store);
  await store.insertLines('calls', lines([
    ...Array.from({ length: 20 }, (_, index) => call(String(index))),
    call('failed', { error: 1, length: null }), call('shadow', { purpose: 'shadow' }), call('yesterday', { received_at: TODAY_MS - 1_000, started_at: TODAY_MS - 1_000 }), call('other', { project: 'other' }), call('quiet', { target: 'b' }), call('tools only', { target: 'b', length: null }),
  ]));
  const skipped = { outcome: 'skipped', score: null, cost_usd: null } as const;
  const judgements = [
    judgement('0'), judgement('1', { score: 0 }), judgement('2', { score: 0.5, cost_usd: 0, cached: true }), judgement('3', { outcome: 'error', reason: 'timeout', score: null }),
    judgement('4', { ...skipped, reason: 'budget' }), judgement('5', { ...skipped, reason: 'budget' }), judgement('6', { ...skipped, reason: 'same-model' }), judgement('7', { outcome: 'excluded', reason: 'copied-verdict', score: null, cost_usd: 0 }),
    judgement('yesterday', { received_at: TODAY_MS - 1_000 }),
  ];
  await store.insertLines('judgements', lines(judgements));
  // A step that was repeated.
  await store.insertLines('judgements', lines(judgements.slice(0, 2)));
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function ask(policy: Policy, states: readonly DecideState[] = [], judge?: JudgeView) {
  const app = new Hono();
  judgeRoutes(app, { store, policy: () => policy, now: () => NOW_MS, judge: async () => judge, states: { read: async () => [...states] } });
  const response = await app.request('/v1/judge');
  expect(response.status).toBe(200);
  return await response.json();
}

describe('GET /v1/judge', () => {
  it('tells how much of today\'s answers was judged, what it cost, and why the others were not', async () => {
    expect(await ask(judging)).toEqual({
      project: 'default', model: 'judge-1', health: 'unknown', text: 'the judge has not said anything yet',
      today: { sinceMs: TODAY_MS, answers: 21, judged: 3, errors: 1, skipped: 3, excluded: 1, spentUsd: 0.75, budget: { usdPerDay: 2, callsPerDay: 500, reservePercent: 30, samplePercent: 10 } },
      items: [
        { route: 'support', target: 'a', answers: 20, judged: 3, errors: 1, skipped: 3, excluded: 1, meanScore: 0.5, spentUsd: 0.75, cached: 1, reasons: { budget: 2, 'same-model': 1, timeout: 1, 'copied-verdict': 1 }, drawn: 8, coverage: 0.15, excludedShare: 0.125 },
        { route: 'support', target: 'b', answers: 1, judged: 0, errors: 0, skipped: 0, excluded: 0, meanScore: null, spentUsd: 0, cached: 0, reasons: {}, drawn: 0, coverage: 0, excludedShare: null },
      ],
      next: null,
    });
  });

  it('tells what the judge role said last of itself', async () => {
    const state = { ...initialDecideState(), judge: { health: 'drifted', sinceMs: 5, text: '7 of 50 anchors', anchorsPassedAtMs: 4 } } satisfies DecideState;
    expect(await ask(judging, [initialDecideState(), state])).toMatchObject({ health: 'drifted', sinceMs: 5, text: '7 of 50 anchors', anchorsPassedAtMs: 4 });
  });

  it('has money and waiting calls from the judge\'s own books, which are ahead of the store', async () => {
    const state: JudgeState = {
      cursor: { offset: 0, index: 0 }, waiting: [], reserved: [], nextNumber: 1, lastAskedAtMs: 0, day: { ...newDay(utcDay(NOW_MS)), usd: 1.5, calls: 9 }, routes: new Map(), health: newHealth('judge-1'), anchors: newAnchors(''),
    };
    expect(await ask(judging, [], judgeView(state, NOW_MS))).toMatchObject({ today: { judged: 3, spentUsd: 1.5, reservedUsd: 0, calls: 9, waiting: 0 }, controls: { seen: 0 } });
  });

  it('says that there is no judge where the policy has none', async () => {
    expect(await ask(DEFAULT_POLICY)).toMatchObject({ health: 'off', text: 'the policy has no judge: heuristics only' });
  });
});
