import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IncidentReport, incidentReportSchema, incidentSummarySchema } from '@understudy/contracts/incident-report';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestOf, type TestCall } from '../support/chat-span.ts';
import { type EvaluatorProcess, startEvaluatorProcess } from '../support/evaluator-process.ts';
import { freePorts } from '../support/free-port.ts';
import { runUnderstudy } from '../support/run-understudy.ts';
import { waitUntil } from '../support/wait-until.ts';

const P = 'openai/gpt-5';
const F = 'openai/gpt-5-mini';
const ROUTE = 'mail.summary';
const RULED = 'mail.sort';
const RULE = 'rate of error over 5m at most 0.2';
const SOON_MS = 20_000;
const POLICY = JSON.stringify({
  version: 1, routes: {
    [ROUTE]: { mode: 'suggest', baseline: { minCalls: 100 }, signals: { refusal: { tolerance: 0.1 } } },
    [RULED]: { mode: 'suggest', signals: { error: { action: 'off' }, timeout: { action: 'off' }, truncated: { max: 0.5 } }, thresholds: [{ signal: 'error', statistic: 'rate', over: '5m', max: 0.2, action: 'alert' }] },
  },
});

const directory = mkdtempSync(join(tmpdir(), 'understudy-incident-'));
let evaluator: EvaluatorProcess;
let sent = 0;

beforeAll(async () => {
  const policyFile = join(directory, 'policy.yaml');
  writeFileSync(policyFile, POLICY);
  const [port = 0, otlpPort = 0] = await freePorts(2);
  evaluator = await startEvaluatorProcess({ dataDirectory: join(directory, 'data'), policyFile, port, otlpPort });
});

afterAll(async () => {
  await evaluator?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Every third call is answered well, by the fallback. */
async function send(route: string, calls: number, ending: TestCall['ending']): Promise<void> {
  const batch = Array.from({ length: calls }, (): TestCall => {
    const number = ++sent;
    return {
      traceId: createHash('md5').update(`trace ${number}`).digest('hex'), spanId: number.toString(16).padStart(16, '0'), route, target: number % 3 === 0 ? F : P, targets: [P, F],
      purpose: 'serve', ending: number % 3 === 0 ? 'good' : ending, startedAtMs: Date.now() - 2_000, durationMs: 300 + (number * 37) % 400, sentences: 3 + (number % 9),
    };
  });
  const response = await fetch(`${evaluator.otlp}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: requestOf(batch) });
  expect(response.status).toBe(200);
}

// biome-ignore lint/suspicious/noExplicitAny: what comes from outside is looked at by the expectations.
const json = async (path: string): Promise<any> => (await fetch(`${evaluator.api}${path}`)).json();
const openOn = async (route: string) => ((await json('/v1/incidents?state=open')).items as { route: string; incidentId: string }[]).find((incident) => incident.route === route);
const archived = () => waitUntil('all calls are archived', SOON_MS, async () => Number((await evaluator.query<{ n: string }>('SELECT count() AS n FROM calls FINAL'))[0]?.n) === sent);

describe('an incident', () => {
  let report: IncidentReport;

  beforeAll(async () => {
    await send(ROUTE, 300, 'good');
    await waitUntil('the route has learned', SOON_MS, async () => (await json(`/v1/routes/${ROUTE}`)).state === 'healthy');
    const incident = await waitUntil('the incident is open and proposed', SOON_MS, async () => {
      await send(ROUTE, 12, 'refused');
      const open = await openOn(ROUTE);
      return open !== undefined && 'suggestion' in open ? open : undefined;
    }, 500);
    await archived();
    report = incidentReportSchema.parse(await json(`/v1/incidents/${incident.incidentId}`));
  }, 60_000);

  it('has the numbers that SQL of one\'s own finds', async () => {
    const since = report.levels[0]?.since;
    const own = (await evaluator.query<Record<string, number>>(
      `SELECT countIf(target = '${P}') AS calls, count() AS routeCalls, countIf(target = '${P}' AND refusal = 1) AS refused FROM (SELECT * FROM calls FINAL) WHERE route = '${ROUTE}' AND toUnixTimestamp64Milli(received_at) >= ${report.beganAtMs}`,
    ))[0];
    const [calls, routeCalls, refused] = [Number(own?.calls), Number(own?.routeCalls), Number(own?.refused)];
    expect(report).toMatchObject({ route: ROUTE, target: P, signal: 'refusal', family: 'content', state: 'open', routeState: 'degraded', onTargetPercent: 100, unavailable: [] });
    expect(report.hit).toMatchObject({ calls, routeCalls, affectedCalls: refused, shareOfRoute: calls / routeCalls });
    expect(since).toMatchObject({ value: refused / calls, calls });
    expect(since?.low).toBeLessThan(refused / calls);
    expect(report.beganAtMs).toBeLessThanOrEqual(report.openedAtMs);
    expect(report.levels[0]?.before).toMatchObject({ value: 0 });
    expect(report.evidence).toHaveLength(10);
    for (const call of report.evidence) expect(call).toMatchObject({ target: P, value: 1, output: expect.stringContaining('can\'t help') });
    expect(report.fallbackReport).toMatchObject({ target: F, health: 'healthy', proved: true, percent: 0, troubles: [] });
  });

  it('is listed without the parts that need the store', async () => {
    const { items } = await json('/v1/incidents');
    const listed = incidentSummarySchema.strict().parse(items.find(({ incidentId }: { incidentId: string }) => incidentId === report.incidentId));
    expect(listed).toMatchObject({ family: 'content', unit: 'share', onTargetPercent: 100 });
  });

  it('is printed for people, and as JSON', async () => {
    const printed = await runUnderstudy(['incidents', report.incidentId, '--url', evaluator.api]);
    expect(printed.code, printed.stderr).toBe(0);
    for (const title of ['since', 'how bad', 'who is hit', 'fallback', 'evidence', 'you can']) expect(printed.stdout).toMatch(new RegExp(`^${title} `, 'm'));
    const asJson = await runUnderstudy(['incidents', report.incidentId, '--json', '--url', evaluator.api]);
    expect(incidentReportSchema.parse(JSON.parse(asJson.stdout))).toMatchObject({ incidentId: report.incidentId });
  });

  it('offers what works when it is sent as it stands', async () => {
    const apply = report.actions.find(({ name }) => name === 'apply');
    const response = await fetch(`${evaluator.api}${apply?.request.path}`, { method: apply?.request.method ?? '', headers: { 'content-type': 'application/json' }, body: JSON.stringify(apply?.request.body) });
    expect(response.status).toBe(202);
    await waitUntil('it is applied', SOON_MS, async () => !(await json(`/v1/incidents/${report.incidentId}`)).actions.some(({ name }: { name: string }) => name === 'apply'));
  });
});

describe('a plain rule', () => {
  it('that is broken opens an incident, once its minutes are closed', async () => {
    await send(RULED, 60, 'failed');
    await archived();
    evaluator.setClock(61_000);
    const incident = await waitUntil('the incident is open', SOON_MS, () => openOn(RULED), 250);
    const report = incidentReportSchema.parse(await json(`/v1/incidents/${incident.incidentId}`));
    expect(report).toMatchObject({ target: P, signal: 'error', action: 'alert', observed: 1, threshold: 0.2 });
    expect(report.evidence[0]).toMatchObject({ errorType: '503', value: 1 });
    expect(JSON.stringify(await json(`/v1/decisions?route=${RULED}`))).toContain(RULE);
  }, 60_000);
});
