import type { IncidentReport } from '@understudy/contracts/incident-report';
import { describe, expect, it } from 'vitest';
import { incidentText } from './incident-text.ts';

const T0 = Date.UTC(2026, 10, 24, 14, 14, 0);
const REPORT: IncidentReport = {
  kind: 'route', incidentId: 'inc-1', project: 'p', route: 'support.answer', target: 'openai/large', signal: 'refusal', state: 'open', action: 'switch', beganAtMs: T0, openedAtMs: T0 + 20_000, statistic: 2e5, threshold: 1e5,
  baseline: 0.01, observed: 0.6, signals: ['refusal'], fallback: 'openai/small', done: [{ atMs: T0 + 21_000, text: 'openai/small serves 100 %' }], family: 'content', unit: 'share', routeState: 'overridden', onTargetPercent: 0,
  levels: [{ signal: 'refusal', family: 'content', text: 'refusals', unit: 'share', measure: 'rate', before: { value: 0.01, low: 0.001, high: 0.03, calls: 200 }, since: { value: 0.6, low: 0.4, high: 0.8, calls: 20, fromMs: T0, untilMs: T0 + 60_000 } }],
  hit: { fromMs: T0, untilMs: T0 + 60_000, calls: 20, routeCalls: 80, shareOfRoute: 0.25, affectedCalls: 12, conversations: 9, affectedConversations: 7, instances: 1 },
  evidence: [{ traceId: 'abc', spanId: 'def', atMs: T0 + 5_000, target: 'openai/large', purpose: 'serve', durationMs: 300, value: 1, flags: ['refusal:phrase'], output: 'I cannot\n\u001b[31mhelp.' }],
  fallbackReport: { target: 'openai/small', health: 'healthy', proved: true, finishedLast15Min: 70, percent: 100, troubles: [], served: { sinceMs: T0 + 21_000, calls: 60, failed: 0 }, level: { value: 0, low: 0, high: 0.06, calls: 60 } },
  actions: [{ name: 'freeze', text: 'no new failover', command: 'npx understudy override freeze --for 1h --reason TEXT', request: { method: 'POST', path: '/v1/freeze' } }],
  brokenRules: [], models: [], unavailable: [],
};

describe('an incident for people', () => {
  it('answers the seven questions in their order', () => {
    expect(incidentText(REPORT, T0 + 80_000).split('\n')).toEqual([
      'inc-1: openai/large on support.answer: refusals (refusal, content) · open, the route is overridden',
      'since        2026-11-24 14:14:00 UTC, believed; proved 2026-11-24 14:14:20; open for 60 s',
      'how bad      refusal: 1 % [0.1 to 3 %] of 200 calls → 60 % [40 to 80 %] of 20 calls',
      '             when it was proved: 60 %, statistic 2.0e+5 against 1.0e+5',
      'who is hit   12 bad ones of 20 calls, 25 % of the route\'s since then; 7 of 9 conversations; 1 instance of the application',
      '             0 % of the requests go to openai/large now',
      'done         14:14:21  openai/small serves 100 %',
      'fallback     openai/small: proved, 70 calls in 15 min; serves 100 % now',
      '             60 requests answered since 14:14:21, 0 failed; refusal: 0 % [0 to 6 %] of 60 calls',
      '             none of its signals is suspect',
      'evidence     14:14:05  trace abc  refusal:phrase',
      '               "I cannot �[31mhelp."',
      'you can      no new failover',
      '               npx understudy override freeze --for 1h --reason TEXT',
    ]);
  });

  it('says that the provider answers by another model, only where it does', () => {
    const models = [{ model: 'large-2026-11', callsBefore: 0, callsSince: 20 }, { model: 'large-2026-08', callsBefore: 200, callsSince: 0 }];
    expect(incidentText({ ...REPORT, models }, T0)).toContain('model        the provider answers by large-2026-11 since then; before by large-2026-08');
    expect(incidentText({ ...REPORT, models: [{ model: 'large-2026-08', callsBefore: 200, callsSince: 20 }] }, T0)).not.toContain('model  ');
  });

  it('names the rules that are broken, the routes of a provider, and a silence', () => {
    const text = incidentText({ ...REPORT, routes: ['a.b', 'c.d'], silencedUntilMs: T0 + 3_600_000, brokenRules: [{ rule: 'rate of error over 2m at most 0.05', signal: 'error', observed: 0.25, limit: 0.05, sinceMs: T0 }] }, T0);
    expect(text).toContain('breaks the rule "rate of error over 2m at most 0.05": 0.25');
    expect(text).toContain('who is hit   routes a.b, c.d');
    expect(text).toContain('silenced     nobody is told until 2026-11-24 15:14:00');
  });

  it('says what is not available', () => {
    const { hit: _, ...rest } = REPORT;
    const text = incidentText({ ...rest, levels: [], evidence: [], unavailable: ['evidence', 'hit', 'levels'] }, T0);
    for (const part of ['how bad ', 'who is hit', 'evidence ']) expect(text).toMatch(new RegExp(`^${part} *not available now: the analytics store does not answer$`, 'm'));
  });

  it('shows the judge\'s badness as a share, and of a resolved one how long it took', () => {
    const text = incidentText({ ...REPORT, signal: 'judge', observed: 0.4, state: 'resolved', resolvedAtMs: T0 + 620_000, actions: [] }, T0);
    expect(text).toContain('when it was proved: 40 %');
    expect(text).toContain('resolved 2026-11-24 14:24:20, after 10 min');
    expect(text).not.toContain('you can');
  });

  it('shows of a judged call how bad it was and why the judge thinks so, to the end', () => {
    const reasoning = `It is not whole: "${'port '.repeat(20)}" The given text says otherwise.`;
    const text = incidentText({ ...REPORT, signal: 'judge', family: 'judge', evidence: REPORT.evidence.map((call) => ({ ...call, value: 0.6, reasoning })) }, T0);
    expect(text).toContain('judged answers that fall short (judge) ·');
    expect(text).toContain('trace abc  judge 60 %  refusal:phrase');
    expect(text).toContain('The given text says otherwise."');
  });

  it('points from the judge\'s own incident to the command about it', () => {
    const text = incidentText({ ...REPORT, kind: 'judge', route: '', target: 'judge', signal: 'judge', observed: undefined, levels: [] }, T0);
    expect(text).toContain('how bad      npx understudy judge shows');
    expect(text).not.toContain('when it was proved');
  });

  it('sends the commands to the system that was asked', () => {
    expect(incidentText(REPORT, T0, 'http://127.0.0.1:9000')).toContain('override freeze --for 1h --reason TEXT --url http://127.0.0.1:9000');
  });
});
