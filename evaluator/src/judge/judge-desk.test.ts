import { describe, expect, it } from 'vitest';
import { ANCHORS } from './anchors.ts';
import { CONTROL_ITEMS } from './control-items.ts';
import { DeskHarness, drawn, policyWith, T0 } from './test-support/desk-harness.ts';
import { failed, judged, MOST_USD } from './test-support/scripted-judge.ts';

const requests = (count: number, differing = {}) => Array.from({ length: count }, () => drawn(differing));
const isAnchor = ({ route }: { route: string }) => route === 'anchor';
const isControl = ({ route }: { route: string }) => route === 'control';

describe('a drawn call', () => {
  it('is asked about only when its reservation is committed, and told as evidence of its route and as a row', async () => {
    const harness = new DeskHarness();
    const request = drawn({ flagged: true });
    harness.append([request]);
    harness.judge.answer = () => judged(0.25);
    await harness.turn();
    expect(harness.judge.requestsAsked()).toHaveLength(0);
    expect(harness.state()).toMatchObject({ reserved: [{ for: { kind: 'request', offset: 0, index: 0 }, mostUsd: MOST_USD }], day: { usd: MOST_USD, calls: 1 } });
    await harness.turns(2);
    expect(harness.judge.requestsAsked()).toMatchObject([{ route: 'support', rubric: { name: 'answer' }, input: request.input, output: request.output }]);
    expect(harness.judgements()).toMatchObject([{ project: 'default', route: 'support', judgements: [{ traceId: request.traceId, flagged: true, sampling: request.sampling, outcome: { kind: 'judged', score: 0.25 } }] }]);
    expect(harness.rows()).toMatchObject([{ outcome: 'judged', score: 0.25, probability: 0.5, judge_model: 'judge-1', judge_fingerprint: 'f1', cost_usd: MOST_USD, checks: { addresses_request: 'no' } }]);
  });

  it('that is hostile costs nothing and is counted', async () => {
    const harness = new DeskHarness();
    harness.judge.answer = ({ route }) => (route === 'support' ? { kind: 'excluded', reason: 'injection', costUsd: undefined, durationMs: 0 } : judged());
    harness.append(requests(3));
    await harness.turns(3);
    expect(harness.view().routes).toMatchObject([{ route: 'support', excluded: 3, judged: 0, spentUsd: 0, calls: 0 }]);
  });

  it('is passed over with the reason why', async () => {
    const harness = new DeskHarness(policyWith({}, { quiet: { judge: { enabled: false } } }));
    harness.append([
      drawn({ route: 'quiet' }), drawn({ receivedAtMs: T0 - 16 * 60_000 }), drawn({ output: ' ' }), drawn({ input: '' }), drawn({ requestModel: 'openai/judge-1' }), drawn({ responseModel: 'judge-1-2026-01-01' }),
    ]);
    harness.append([drawn()], 'other');
    await harness.turn();
    expect(harness.counts()).toEqual({ 'skipped: off': 2, 'skipped: too-late': 1, 'skipped: no-content': 2, 'skipped: same-model': 2 });
    expect(harness.judgements().every(({ judgements }) => judgements.every(({ outcome }) => outcome.kind === 'skipped'))).toBe(true);
  });

  it('is passed over where no judge is configured, and nothing is told about one', async () => {
    const harness = new DeskHarness(policyWith());
    harness.policy = { ...harness.policy, judge: undefined };
    harness.append(requests(2));
    await harness.turns(2);
    expect(harness.counts()).toEqual({ 'skipped: off': 2 });
    expect(harness.health()).toEqual([]);
  });

  it('of a route in doubt comes before those that wait', async () => {
    const harness = new DeskHarness(policyWith({ concurrency: 1 }));
    harness.judge.answer = () => undefined;
    harness.append([...requests(20), drawn({ drawnFor: 'suspicion', input: 'urgent' })]);
    await harness.turn();
    expect(harness.state().reserved[0]).toMatchObject({ urgent: true, for: { index: 20 } });
  });

  it('goes to the dead letters when it cannot be read, without its content', async () => {
    const harness = new DeskHarness();
    harness.appendGarbage('secret words');
    harness.append([drawn()]);
    await harness.turns(3);
    expect(harness.counts()).toEqual({ judged: 1 });
    const letters = harness.written.filter(({ topic }) => topic === 'llm.dead-letters').map(({ value }) => Buffer.from(value).toString());
    expect(letters).toEqual([expect.stringContaining('"errorClass":"InvalidRequests"')]);
    expect(letters.join()).not.toContain('secret');
  });
});

describe('more than can be judged', () => {
  it('stays in the log, bounded in the state, and is passed over when it is too late', async () => {
    const harness = new DeskHarness(policyWith({ concurrency: 2 }));
    harness.judge.answer = () => undefined;
    for (let record = 0; record < 50; record++) harness.append(requests(40));
    await harness.turns(10);
    expect(harness.state().waiting.length).toBeLessThanOrEqual(200);
    expect(harness.rows()).toEqual([]);
    await harness.turn({ passedMs: 16 * 60_000 });
    await harness.turns(10);
    expect(harness.counts()).toEqual({ 'skipped: too-late': 2_000 - 8 });
  });
});

describe('the budget', () => {
  it('of a day is spent to the last judgement and not over it; the last share is kept for routes in doubt', async () => {
    const harness = new DeskHarness(policyWith({ usdPerDay: 10 * MOST_USD, reservePercent: 30 }));
    harness.append(requests(10, { drawnFor: 'floor' }));
    await harness.turns(4);
    expect(harness.counts()).toEqual({ judged: 7, 'skipped: reserve': 3 });
    harness.append(requests(10, { drawnFor: 'suspicion' }));
    await harness.turns(4);
    expect(harness.counts()).toEqual({ judged: 10, 'skipped: reserve': 3, 'skipped: budget-day': 7 });
    expect(harness.view().spentUsd).toBeCloseTo(10 * MOST_USD, 9);
    expect(harness.health().at(-1)).toMatchObject({ health: 'spent' });
  });

  it('counts calls where prices are not known', async () => {
    const harness = new DeskHarness(policyWith({ callsPerDay: 10, reservePercent: 0 }, { support: { judge: { callsPerDay: 4 } } }));
    harness.judge.mostUsd = undefined;
    harness.judge.answer = () => judged(1, { costUsd: undefined });
    harness.append([...requests(6), ...requests(10, { route: 'search' })]);
    await harness.turns(4);
    expect(harness.counts()).toEqual({ judged: 10, 'skipped: calls-route': 2, 'skipped: calls-day': 4 });
    expect(harness.view()).toMatchObject({ calls: 10, unpricedCalls: 10, coverage: 10 / 16, skipped: { 'calls-route': 2, 'calls-day': 4 } });
  });

  it('of a route is its own', async () => {
    const harness = new DeskHarness(policyWith({}, { support: { judge: { usdPerDay: 2 * MOST_USD } } }));
    harness.append([...requests(3, { drawnFor: 'suspicion' }), ...requests(3, { route: 'search' })]);
    await harness.turns(3);
    expect(harness.counts()).toEqual({ judged: 5, 'skipped: budget-route': 1 });
  });

  it('that is spent is there again when open reservations came to less, or the policy gives more, though nothing is drawn meanwhile', async () => {
    const harness = new DeskHarness(policyWith({ usdPerDay: 4 * MOST_USD, reservePercent: 0, concurrency: 4 }));
    harness.judge.answer = () => undefined;
    harness.append(requests(5));
    await harness.turns(2);
    expect(harness.health().at(-1)?.health).toBe('spent');
    for (const held of harness.judge.held.splice(0)) held.settle(judged(1, { costUsd: MOST_USD / 2 }));
    await harness.turns(2);
    expect(harness.health().at(-1)?.health).toBe('healthy');
    harness.judge.answer = () => judged();
    harness.append(requests(5));
    await harness.turns(3);
    expect(harness.health().at(-1)?.health).toBe('spent');
    expect(harness.view().spentUsd).toBeCloseTo(4 * MOST_USD, 9);
    harness.policy = policyWith({ usdPerDay: 9 * MOST_USD, reservePercent: 0 });
    await harness.turn();
    expect(harness.health().at(-1)?.health).toBe('healthy');
  });

  it('begins anew at midnight UTC', async () => {
    const harness = new DeskHarness(policyWith({ callsPerDay: 1, reservePercent: 0 }));
    harness.append(requests(2));
    await harness.turns(3);
    harness.nowMs = Date.UTC(2026, 5, 2, 0, 0, 1);
    harness.append(requests(1, { receivedAtMs: harness.nowMs }));
    await harness.turns(3);
    expect(harness.counts()).toEqual({ judged: 2, 'skipped: calls-day': 1 });
    expect(harness.view()).toMatchObject({ day: '2026-06-02', calls: 1 });
  });
});

describe('after a kill', () => {
  it('what was under way counts as spent, and is reserved and asked anew', async () => {
    const harness = new DeskHarness(policyWith({ usdPerDay: 3 * MOST_USD, reservePercent: 0 }));
    harness.judge.answer = () => undefined;
    harness.append([drawn({ conversationId: 'c1' }), drawn({ conversationId: 'c2' })]);
    await harness.turns(2);
    expect(harness.judge.requestsAsked()).toHaveLength(2);
    harness.kill();
    harness.judge.answer = () => judged();
    await harness.turns(3);
    // Two were spent by the first owner; there is room for one of the two.
    expect(harness.judge.requestsAsked()).toHaveLength(3);
    expect(harness.counts()).toEqual({ judged: 1, 'skipped: budget-day': 1 });
    expect(harness.state().day.usd).toBeCloseTo(3 * MOST_USD, 9);
  });

  it('nothing was asked that was reserved in a turn that was not committed', async () => {
    const harness = new DeskHarness();
    harness.append(requests(4));
    await harness.turn({ isCommitted: false });
    expect(harness.judge.requestsAsked()).toHaveLength(0);
    await harness.turns(3);
    expect(harness.counts()).toEqual({ judged: 4 });
    expect(harness.view().routes).toMatchObject([{ spentUsd: expect.closeTo(4 * MOST_USD, 9) }]);
  });

  it('an idle turn writes nothing', async () => {
    const harness = new DeskHarness();
    await harness.turn();
    expect(await harness.turn()).toEqual({ outputs: [] });
    expect(harness.health()).toHaveLength(1);
  });
});

describe('a conversation', () => {
  it('has one vote in ten minutes, and others are not held up by it', async () => {
    const harness = new DeskHarness();
    harness.append([...requests(5, { conversationId: 'loud' }), ...requests(1, { conversationId: 'other' }), ...requests(3)]);
    await harness.turns(3);
    expect(harness.counts()).toEqual({ judged: 5, 'skipped: session-cap': 4 });
    harness.nowMs += 10 * 60_000;
    harness.append(requests(2, { conversationId: 'loud', receivedAtMs: harness.nowMs }));
    await harness.turns(3);
    expect(harness.counts()).toEqual({ judged: 6, 'skipped: session-cap': 5 });
    expect(JSON.stringify([...harness.state().routes])).not.toContain('loud');
  });
});

describe('the health of the judge', () => {
  it('is told to every partition at a change and once a minute', async () => {
    const harness = new DeskHarness();
    await harness.turns(1);
    await harness.turns(1, 30_000);
    await harness.turns(1, 30_000);
    const told = harness.written.filter(({ topic }) => topic === 'llm.evidence');
    expect(told.map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
    expect(harness.health()).toMatchObject([{ health: 'healthy', sinceMs: T0 + 250 }, { health: 'healthy', sinceMs: T0 + 250 }]);
  });

  it('is unreachable after five errors in a row, then asked once in 30 s, and healthy at the first answer', async () => {
    const harness = new DeskHarness(policyWith({ concurrency: 1 }));
    harness.judge.answer = () => failed('unreachable');
    harness.append(requests(30));
    // Answers come back one a place and turn.
    for (let turn = 0; turn < 12 && harness.health().at(-1)?.health !== 'unreachable'; turn++) await harness.turn();
    expect(harness.health().at(-1)).toMatchObject({ health: 'unreachable', text: expect.stringMatching(/does not answer .*: no connection to its address: check `judge\.baseUrl`/) });
    await harness.turns(8);
    const before = harness.judge.asked.length;
    await harness.turns(8, 15_000);
    expect(harness.judge.asked.length - before).toBeLessThanOrEqual(4);
    expect(harness.judge.asked.length - before).toBeGreaterThanOrEqual(2);
    harness.judge.answer = () => judged();
    await harness.turns(5, 15_000);
    expect(harness.health().at(-1)?.health).toBe('healthy');
    await harness.turns(60);
    expect(harness.rows()).toHaveLength(30);
  });

  it('is quarantined when it is wrong about what is known, judges nothing then, and comes back by the same evidence', async () => {
    const harness = new DeskHarness(policyWith({ controlPercent: 20 }));
    harness.random = () => 0;
    let isBlind = true;
    const known = new Map(CONTROL_ITEMS.map((item) => [item.output, item.known]));
    harness.judge.answer = ({ route, output }) => judged(route !== 'control' || isBlind || known.get(output) === 'good' ? 1 : 0.1);
    harness.append(requests(40));
    await harness.turns(8);
    expect(harness.health().at(-1)).toMatchObject({ health: 'quarantined', text: expect.stringContaining('90 % are needed') });
    harness.append(requests(5));
    await harness.turns(2);
    expect(harness.counts()['skipped: quarantined']).toBeGreaterThanOrEqual(5);
    isBlind = false;
    const asked = harness.judge.requestsAsked().length;
    await harness.turns(130, 15_000);
    expect(harness.judge.requestsAsked()).toHaveLength(asked);
    expect(harness.health().at(-1)?.health).toBe('healthy');
  });

  it('is off, with the reason, when what is configured does not work', async () => {
    const harness = new DeskHarness();
    Object.defineProperty(harness, 'judge', { get: () => { throw new Error('no variable JUDGE_KEY'); } });
    harness.append(requests(1));
    await harness.turn();
    expect(harness.health()).toMatchObject([{ health: 'off', text: 'no variable JUDGE_KEY' }]);
    expect(harness.counts()).toEqual({ 'skipped: off': 1 });
  });
});

describe('control items', () => {
  it('are the share of the judgements that the policy says', async () => {
    const harness = new DeskHarness(policyWith({ controlPercent: 10, concurrency: 16 }));
    harness.judge.answer = ({ output }) => judged(CONTROL_ITEMS.some((item) => item.output === output && item.known !== 'good') ? 0 : 1);
    let draws = 0;
    harness.random = () => (draws++ % 100) / 100;
    for (let turn = 0; turn < 30; turn++) {
      harness.append(requests(20));
      await harness.turn();
    }
    await harness.turns(3);
    const controls = harness.judge.asked.filter(isControl).length;
    expect(controls / (controls + harness.judge.requestsAsked().length)).toBeCloseTo(0.1, 1);
    expect(harness.judge.asked.filter(isControl).every(({ fresh }) => fresh === true)).toBe(true);
    expect(harness.rows()).toHaveLength(600);
  });
});

describe('the anchors', () => {
  async function withReference(judge: Record<string, unknown> = {}): Promise<DeskHarness> {
    const harness = new DeskHarness(policyWith(judge));
    harness.append(requests(1));
    await harness.turns(30);
    expect(harness.view().anchors).toMatchObject({ last: { result: 'stored' }, underWay: false });
    return harness;
  }
  /** The first `count` anchors are judged otherwise than all of them were. */
  const flipping = (count: number) => {
    const flipped = new Set(ANCHORS.slice(0, count).map(({ input, output }) => JSON.stringify([input, output])));
    return ({ input, output }: { input: string; output: string }) => judged(flipped.has(JSON.stringify([input, output])) ? 0 : 1);
  };

  it('are judged at first when the first call is, and their verdicts stored', async () => {
    const harness = await withReference();
    expect(harness.judge.asked.filter(isAnchor)).toHaveLength(50);
    // At once: a decision may wait for it.
    expect(harness.health().at(-1)).toMatchObject({ health: 'healthy', anchorsPassedAtMs: harness.view().anchors.passedAtMs });
  });

  it.each([['24h', 120_000], ['10s', 10_000]])('are judged when they are wanted, and no oftener than every two minutes or the schedule of %s', async (anchorsEvery, leastBetweenMs) => {
    const harness = await withReference({ anchorsEvery });
    const { passedAtMs = 0 } = harness.view().anchors;
    harness.nowMs = passedAtMs + leastBetweenMs - 1_000;
    harness.anchorsWanted = harness.nowMs;
    await harness.turns(3);
    expect(harness.view().anchors.underWay).toBe(false);
    await harness.turns(2, 1_000);
    await harness.turns(30);
    expect(harness.view().anchors.passedAtMs).toBeGreaterThan(passedAtMs);
  });

  it('take no more than a quarter of the budget: who pays for few judgements gets judgements', async () => {
    const harness = new DeskHarness(policyWith({ callsPerDay: 150 }));
    harness.anchorsWanted = true;
    harness.append(requests(10));
    await harness.turns(20);
    expect(harness.judge.asked.filter(isAnchor)).toHaveLength(0);
    expect(harness.view().anchors.unaffordable).toBe(true);
    await harness.turn({ passedMs: 60_000 });
    expect(harness.health().at(-1)?.text).toContain('more than a quarter');
    harness.policy = policyWith({ callsPerDay: 300 });
    await harness.turns(200, 10_000);
    expect(harness.judge.asked.filter(isAnchor)).toHaveLength(50);
  });

  it('are left alone while nothing is judged', async () => {
    const harness = new DeskHarness();
    await harness.turns(5, 3_600_000);
    expect(harness.judge.asked).toHaveLength(0);
  });

  it.each([[5, 'healthy'], [6, 'drifted']])('with %i flips of 50 the judge is %s', async (flips, health) => {
    const harness = await withReference();
    harness.judge.answer = flipping(flips);
    harness.nowMs += 5 * 60_000;
    harness.anchorsWanted = harness.nowMs;
    await harness.turns(30);
    expect(harness.view()).toMatchObject({ health, anchors: { last: { flips, compared: 50 } } });
  });

  it('as ever again end the drift', async () => {
    const harness = await withReference();
    harness.judge.answer = flipping(9);
    harness.nowMs += 5 * 60_000;
    harness.anchorsWanted = true;
    await harness.turns(30);
    harness.anchorsWanted = false;
    expect(harness.view().health).toBe('drifted');
    harness.judge.answer = () => judged();
    // Nothing is drawn in the meantime.
    harness.nowMs += 3_600_000;
    await harness.turns(30);
    expect(harness.view()).toMatchObject({ health: 'healthy', anchors: { last: { result: 'passed' } } });
  });

  it('are judged on the schedule, once calls were judged since', async () => {
    const harness = await withReference({ anchorsEvery: '6h' });
    await harness.turns(10, 3_600_000);
    expect(harness.judge.asked.filter(isAnchor)).toHaveLength(50);
    harness.append(requests(1, { receivedAtMs: harness.nowMs }));
    await harness.turns(30);
    expect(harness.judge.asked.filter(isAnchor)).toHaveLength(100);
    expect(harness.view().anchors.last).toMatchObject({ result: 'passed' });
  });

  it('are judged when somebody else answers than before, and that one is known then', async () => {
    const harness = await withReference();
    harness.judge.answer = () => judged(1, { fingerprint: 'f2' });
    for (let round = 0; round < 3; round++) {
      harness.nowMs += 5 * 60_000;
      harness.append(requests(1, { receivedAtMs: harness.nowMs }));
      await harness.turns(30);
    }
    expect(harness.judge.asked.filter(isAnchor)).toHaveLength(100);
  });

  it('are judged at most once in two minutes, however often they are wanted', async () => {
    const harness = await withReference();
    harness.anchorsWanted = true;
    const before = harness.judge.asked.filter(isAnchor).length;
    await harness.turns(40, 10_000);
    expect((harness.judge.asked.filter(isAnchor).length - before) / 50).toBeLessThanOrEqual(4);
  });

  it('go on where they were after a kill', async () => {
    const harness = new DeskHarness(policyWith({ concurrency: 1 }));
    harness.append(requests(1));
    for (let turn = 0; turn < 8; turn++) {
      await harness.turns(5);
      harness.kill();
    }
    await harness.turns(40);
    expect(harness.view().anchors.last).toMatchObject({ result: 'stored' });
    expect(harness.state().anchors.reference.size).toBe(50);
  });
});
