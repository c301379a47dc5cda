import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Incident } from '@understudy/contracts/incident';
import { incidentReportSchema } from '@understudy/contracts/incident-report';
import type { SignalName } from '@understudy/contracts/signal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialDecideState, newRouteState, newTargetState } from '../policy/route-state.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { openChdbStore } from '../store/chdb-store.ts';
import { openClickHouseStore } from '../store/clickhouse-store.ts';
import { callLine, insertCalls } from '../store/conformance/store-place.ts';
import { migrate } from '../store/migrate.ts';
import type { FoundIncident } from './incident-find.ts';
import { readIncidentFromDecisions } from './incident-from-decisions.ts';
import { incidentReport } from './incident-report.ts';

const NOW = Date.now();
const BEGAN = NOW - 600_000;
const P = 'openai/large';
const F = 'openai/small';
const directory = mkdtempSync(join(tmpdir(), 'understudy-incidents-'));
let store: AnalyticsStore;

beforeAll(async () => {
  store = openChdbStore(join(directory, 'store'));
  await migrate(store);
  const call = (id: string, agoMs: number, values: object) => callLine(id, { purpose: 'serve', target: P, received_at: NOW - agoMs, started_at: NOW - agoMs - 500, ...values });
  await insertCalls(store,
    ...Array.from({ length: 40 }, (_, index) => call(`before ${index}`, 900_000 + index, { refusal: index < 2 ? 1 : 0, length: 100 + index, error: 0, response_model: 'large-2026-08' })),
    ...Array.from({ length: 20 }, (_, index) => call(`since ${index}`, 300_000 + index, {
      refusal: index < 12 ? 1 : 0, length: 10 + index, error: 0, response_model: 'large-2026-11', duration_ms: 700, conversation_id: `c${index % 5}`, instance_id: `i${index % 3}`, flags: ['refusal:phrase'], finish_reason: 'stop',
      input: 'ä'.repeat(400), output: index === 0 ? 'I cannot help.' : '',
    })),
    call('a copy', 300_000, { purpose: 'shadow', refusal: 1 }),
    ...Array.from({ length: 10 }, (_, index) => call(`fallback ${index}`, 200_000 + index, { target: F, reason: 'override', refusal: 0, error: index === 0 ? 1 : 0 })),
  );
  const judged = (id: string, values: object) => `${JSON.stringify({ project: 'p', route: 'r', target: P, purpose: 'serve', trace_id: '1', span_id: id, received_at: NOW - 300_000, judged_at: NOW - 290_000, outcome: 'judged', probability: 1, reasoning: 'because', ...values })}\n`;
  await store.insertLines('judgements', Buffer.from(judged('since 3', { score: 0.2 }) + judged('since 4', { score: 0.9, probability: 0.1 }) + judged('since 5', { score: 0 }) + judged('since 6', { outcome: 'error', score: null })));
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

function incidentOf(values: Partial<Incident> = {}): Incident {
  return {
    kind: 'route', incidentId: 'inc-1', project: 'p', route: 'r', target: P, signal: 'refusal', state: 'open', action: 'switch', beganAtMs: BEGAN, openedAtMs: BEGAN + 20_000, statistic: 2e5, threshold: 1e5,
    baseline: 0.05, observed: 0.6, signals: ['refusal', 'length'], fallback: F, done: [], ...values,
  };
}

/** On a route in mode suggest whose primary is degraded and whose fallback nothing is known about. */
function foundOf(incident: Incident): FoundIncident {
  const route = newRouteState('p', 'r');
  Object.assign(route, { primary: P, appOrder: [P, F], incident, phase: { name: 'degraded', sinceMs: BEGAN, signals: ['refusal'], fallback: F, approved: false, recovery: {} } });
  const target = newTargetState(P);
  Object.assign(target, { baselines: { refusal: { kind: 'rate', calls: 200, events: 10 } } });
  route.targets[P] = target;
  return { incident, found: { state: { ...initialDecideState(), nowMs: NOW }, route }, silences: [] };
}

const report = async (values: Partial<Incident> = {}) => incidentReportSchema.parse(await incidentReport(store, foundOf(incidentOf(values)), { nowMs: NOW, say: fail }));
/** Nothing goes wrong unless the test says so. */
const fail = (text: string) => expect(text).toBe('');

describe('the report of an incident', () => {
  it('says how bad it is, with intervals: rates against the frozen baseline, medians against the hour before', async () => {
    const { levels } = await report();
    const [refusal, length] = levels;
    expect(refusal).toMatchObject({ signal: 'refusal', family: 'content', measure: 'rate', before: { value: 0.05, calls: 200 }, since: { value: 0.6, calls: 20, fromMs: BEGAN } });
    // R: binom.test(12, 20)$conf.int and binom.test(10, 200)$conf.int
    for (const [found, expected] of [[refusal?.since, [0.36054, 0.80881]], [refusal?.before, [0.02424, 0.09003]]] as const) {
      expect(found?.low).toBeCloseTo(expected[0], 4);
      expect(found?.high).toBeCloseTo(expected[1], 4);
    }
    // The 10th of 20 values from 10, between the 6th and the 15th.
    expect(length).toMatchObject({ signal: 'length', measure: 'median', since: { value: 19, low: 15, high: 24, calls: 20 }, before: { value: 119, calls: 40 } });
  });

  it('says who is hit: calls, conversations and instances, without copies that nobody saw', async () => {
    expect((await report()).hit).toEqual({
      fromMs: BEGAN, untilMs: NOW + 1, calls: 20, routeCalls: 30, shareOfRoute: 2 / 3, affectedCalls: 12, conversations: 5, affectedConversations: 5, instances: 3,
    });
  });

  it('shows up to ten calls, the worst first, with texts cut to 300 characters and none where none was captured', async () => {
    const { evidence } = await report();
    expect(evidence.map(({ spanId }) => spanId)).toEqual(Array.from({ length: 10 }, (_, index) => `since ${index}`));
    expect(evidence[0]).toMatchObject({ traceId: '1', target: P, purpose: 'serve', durationMs: 700, value: 1, flags: ['refusal:phrase'], finishReason: 'stop', input: 'ä'.repeat(300), output: 'I cannot help.' });
    expect(evidence[1]).not.toHaveProperty('output');
    const lengths = (await report({ signal: 'length', baseline: 119 })).evidence.map(({ value }) => value);
    expect(lengths).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it('names the models that answered before and since, as the provider calls them', async () => {
    expect((await report({})).models).toEqual([{ model: 'large-2026-11', callsBefore: 0, callsSince: 20 }, { model: 'large-2026-08', callsBefore: 40, callsSince: 0 }]);
  });

  it('of the judge shows what it said and weighs each call by how likely it was drawn', async () => {
    const { levels, evidence } = await report({ signal: 'judge', signals: ['judge'], baseline: undefined });
    expect(levels[0]).toMatchObject({ signal: 'judge', measure: 'mean', since: { calls: 3 } });
    expect(levels[0]?.since?.value).toBeCloseTo((0.8 + 10 * 0.1 + 1) / 12, 9);
    expect(levels[0]?.before).toBeUndefined();
    expect(evidence.map(({ spanId, reasoning }) => [spanId, reasoning])).toEqual([['since 5', 'because'], ['since 3', 'because'], ['since 4', 'because']]);
  });

  it('says whether the fallback is fine', async () => {
    expect((await report()).fallbackReport).toMatchObject({
      target: F, health: 'unproven', proved: false, percent: 0, troubles: [], served: { calls: 10, failed: 1, sinceMs: NOW - 200_009 }, level: { value: 0, low: 0, calls: 10 },
    });
  });

  it.each<[SignalName, number]>([['duration', 700], ['spend', 0]])('measures %s too', async (signal, value) => {
    const { levels, unavailable } = await report({ signal, signals: [signal] });
    expect(unavailable).toEqual([]);
    expect(levels[0]?.since?.value ?? 0).toBe(value);
  });

  it('offers what is possible now, as a command and as a request, and nothing once it is over', async () => {
    const { actions } = await report({ suggestion: 'switch to it' });
    expect(actions.map(({ name }) => name)).toEqual(['apply', 'pin-fallback', 'pin-primary', 'freeze', 'silence']);
    expect(actions[0]).toMatchObject({ command: 'npx understudy override apply r inc-1 --reason TEXT', request: { method: 'POST', path: '/v1/routes/r/apply', body: { incidentId: 'inc-1', reason: 'TEXT' } } });
    expect((await report({ state: 'resolved', resolvedAtMs: NOW })).actions).toEqual([]);
  });

  it('offers to end a silence that covers it, and neither where nobody is told of anything', async () => {
    const offered = async (silences: FoundIncident['silences']) => (await incidentReport(store, { ...foundOf(incidentOf()), silences }, { nowMs: NOW, say: fail })).actions.map(({ command }) => command).filter((command) => command.includes('alert'));
    expect(await offered([{ route: 'r', untilMs: NOW + 1, reason: 'known' }])).toEqual(['npx understudy alert unsilence r']);
    expect(await offered([{ untilMs: NOW + 1, reason: 'known' }])).toEqual(['npx understudy alert unsilence']);
    expect(await offered([{ route: 'r', untilMs: NOW - 1, reason: 'over' }, { route: 'another', untilMs: NOW + 1, reason: 'known' }])).toEqual(['npx understudy alert silence r --for 2h --reason TEXT']);
    expect(await offered(undefined)).toEqual([]);
  });

  it('quotes names that a shell would take for more', async () => {
    const { incident, found } = foundOf(incidentOf({ route: "r'; rm -rf ~" }));
    if (found !== undefined) Object.assign(found.route, { route: "r'; rm -rf ~" });
    const { actions } = await incidentReport(store, { incident, found, silences: [] }, { nowMs: NOW, say: fail });
    expect(actions[1]?.command).toBe(`npx understudy override pin 'r'\\''; rm -rf ~' ${F} --for 2h --reason TEXT`);
    expect(actions[1]?.request.path).toBe(`/v1/routes/${encodeURIComponent("r'; rm -rf ~")}/pin`);
  });

  it('of an incident that no route has tells what it is and what can be done', async () => {
    const { levels, unavailable, actions } = await incidentReport(store, { incident: incidentOf({ kind: 'provider', route: '', target: 'openai' }), found: undefined, routes: ['a', 'b'], silences: [] }, { nowMs: NOW, say: fail });
    expect({ levels, unavailable, actions: actions.map(({ name }) => name) }).toEqual({ levels: [], unavailable: [], actions: ['freeze', 'silence'] });
  });

  it('without the store still answers from the state, and names what is missing', async () => {
    const away = openClickHouseStore({ url: 'http://127.0.0.1:1' });
    const said: string[] = [];
    const found = incidentReportSchema.parse(await incidentReport(away, foundOf(incidentOf()), { nowMs: NOW, say: (text) => said.push(text) }));
    await away.close();
    expect(found).toMatchObject({ unavailable: ['evidence', 'fallback', 'hit', 'levels', 'models'], levels: [], evidence: [], family: 'content', routeState: 'degraded', onTargetPercent: 100, fallbackReport: { target: F, health: 'unproven' } });
    expect(found.actions.length).toBeGreaterThan(0);
    expect(said).toHaveLength(5);
  });
});

it('does not wait for a store that does not answer', async () => {
  const silent = { ...store, query: () => new Promise<never>(() => {}) };
  const { unavailable } = await incidentReport(silent, foundOf(incidentOf()), { nowMs: NOW, say: () => {}, answerMs: 20 });
  expect(unavailable).toEqual(['evidence', 'fallback', 'hit', 'levels', 'models']);
});

it('tells an incident that is no longer kept from its decisions', async () => {
  const decision = (id: string, at: number, values: object) => `${JSON.stringify({ project: 'p', route: 'r', decision_id: id, at, evidence_offset: at, incident_id: 'inc-old', target: P, ...values })}\n`;
  await store.insertLines('decisions', Buffer.from(
    decision('1', NOW - 5_000, { state_to: 'degraded', reason: 'signal-degraded', signal: 'refusal', statistic: 2e5, threshold: 1e5, baseline: 0.01, observed: 0.4, text: 'it rose' })
    + decision('2', NOW - 1_000, { state_to: 'healthy', reason: 'recovered', signal: 'refusal', text: 'it is over' }),
  ));
  expect(await readIncidentFromDecisions(store, 'p', 'inc-old')).toMatchObject({
    incidentId: 'inc-old', route: 'r', target: P, signal: 'refusal', state: 'resolved', action: 'switch', openedAtMs: NOW - 5_000, resolvedAtMs: NOW - 1_000, statistic: 2e5, observed: 0.4,
    done: [{ atMs: NOW - 5_000, text: 'it rose' }, { atMs: NOW - 1_000, text: 'it is over' }],
  });
  expect(await readIncidentFromDecisions(store, 'p', 'inc-never')).toBeUndefined();
});
