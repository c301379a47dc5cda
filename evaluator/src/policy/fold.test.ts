import { describe, expect, it } from 'vitest';
import { decodeState, encodeState, routeEntry } from './decide-state-entries.ts';
import { foldEvidence } from './fold.ts';
import { FALLBACK, GOOD, policyOf, PRIMARY, REFUSED, ROUTE, Story } from './test-support/story.ts';

describe('given a learned route in auto', () => {
  it('keeps the fallback proved with a standby share', () => {
    const story = new Story(policyOf()).learned();
    expect(story.route.phase.name).toBe('healthy');
    expect(story.entry?.targets).toEqual([{ id: PRIMARY, percent: 90, purpose: 'serve' }, { id: FALLBACK, percent: 10, purpose: 'standby' }]);
  });

  it('puts the fallback on when refusals are proved, probes after the hold-down, and comes back', () => {
    const story = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('overridden');
    expect(story.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
    expect(story.route.incident).toMatchObject({ state: 'open', action: 'switch', signal: 'refusal', target: PRIMARY, fallback: FALLBACK });
    story.seconds(6);
    expect(story.entry?.targets).toEqual([{ id: FALLBACK, percent: 60, purpose: 'serve' }, { id: PRIMARY, percent: 40, purpose: 'probe' }]);
    story.calls(58, PRIMARY, 'probe', GOOD);
    expect(story.route.phase.name).toBe('recovering');
    expect(story.entry?.targets[0]).toEqual({ id: PRIMARY, percent: 90, purpose: 'serve' });
    story.calls(40, PRIMARY, 'serve', GOOD).seconds(6);
    expect(story.route.phase.name).toBe('healthy');
    expect(story.route.resolved.at(-1)).toMatchObject({ state: 'resolved', signal: 'refusal' });
    expect(story.texts).toContain('refusal of openai/large rose from 0 % to 100 % (statistic 179000, threshold 100000); switching to openai/small');
    expect(story.reasons.filter((reason) => reason !== 'suspicion-raised')).toEqual(['baseline-ready', 'override-proposed', 'override-published', 'hold-down-over', 'recovery-proved', 'override-cleared', 'recovered']);
  });

  it('goes back to the fallback, with a longer hold-down, when the probes are bad', () => {
    const story = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED).seconds(6).calls(25, PRIMARY, 'probe', REFUSED);
    expect(story.reasons).toContain('probe-failed');
    expect(story.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
    story.seconds(8);
    expect(story.route.phase.name).toBe('overridden');
    story.seconds(4);
    expect(story.route.phase.name).toBe('probing');
  });

  it('asks again while the leader refuses, and says so once', () => {
    const story = new Story(policyOf()).learned();
    story.refuseWith = 'frozen';
    story.calls(20, PRIMARY, 'serve', REFUSED).seconds(25);
    expect(story.reasons.filter((reason) => reason === 'proposal-refused')).toHaveLength(1);
    expect(story.route.phase.name).toBe('degraded');
    story.refuseWith = undefined;
    story.seconds(11);
    expect(story.reasons).toContain('override-published');
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK });
  });

  it('asks for its override again when another project was served for a while', () => {
    const story = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED);
    const asked = () => story.proposals.filter(({ entry }) => entry?.targets[0]?.id === FALLBACK).length;
    const before = asked();
    story.policy({ ...policyOf(), project: 'other' }).policy(policyOf());
    expect(asked()).toBeGreaterThan(before);
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, purpose: 'serve' });
  });

  it('always has room for a route that the policy names, and keeps it, however many others are named by senders', () => {
    const story = new Story(policyOf());
    const flood = (from: number, count: number) => {
      for (let index = from; index < from + count; index++) story.fold({ kind: 'scores', v: 1, project: 'default', route: `flood/${index}`, atMs: story.nowMs, targets: ['x'], scores: [{ traceId: `f${index}`, spanId: 's', target: 'x', purpose: 'serve', signals: GOOD }] });
    };
    flood(0, 2_100);
    expect(Object.keys(story.state.routes)).toHaveLength(2_000);
    story.learned();
    expect(story.route.phase.name).toBe('healthy');
    story.nowMs += 3_600_000;
    flood(3_000, 4_100);
    expect(story.route.phase.name).toBe('healthy');
    expect(Object.keys(story.state.routes)).toHaveLength(2_000);
  });

  it('uses no fallback that has degraded itself', () => {
    const story = new Story(policyOf()).learned().calls(30, FALLBACK, 'standby', REFUSED).calls(20, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('exhausted');
    expect(story.entry?.targets[0]).toMatchObject({ id: PRIMARY, purpose: 'serve' });
  });

  it('does nothing for lack of data', () => {
    const story = new Story(policyOf()).learned().seconds(3_600);
    expect(story.route.phase.name).toBe('healthy');
    expect(story.route.incident).toBeUndefined();
  });

  it('obeys a pin until it runs out, and returns to what the route needs', () => {
    const story = new Story(policyOf()).learned();
    story.command({ name: 'pin', target: FALLBACK, untilMs: story.state.nowMs + 10_000 });
    expect(story.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
    story.seconds(11);
    expect(story.entry?.targets[0]).toMatchObject({ id: PRIMARY, percent: 90 });
    expect(story.reasons).toContain('pin-expired');
  });

  it('ignores a leader of a lower epoch', () => {
    const story = new Story(policyOf()).learned();
    story.fold({ kind: 'tick', v: 1, epoch: 0, atMs: story.state.nowMs + 86_400_000 });
    expect(story.state.nowMs).toBeLessThan(2_000_000);
  });

  it('folds to the same decisions when the state is stored and read again at every record', () => {
    const whole = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED).seconds(6).calls(58, PRIMARY, 'probe', GOOD);
    const entries = new Map<string, Uint8Array>();
    const reasons: string[] = [];
    whole.log.forEach((evidence, offset) => {
      const state = decodeState(entries);
      const output = foldEvidence(state, evidence, { partition: 0, offset }, () => false);
      for (const [key, bytes] of encodeState(state, output.touchedRoutes)) entries.set(key, bytes as Uint8Array);
      reasons.push(...output.decisions.map((decision) => decision.reason));
    });
    expect(reasons).toEqual(whole.reasons);
    expect(whole.stored()).toEqual(JSON.parse(JSON.stringify(whole.state)));
  });
});

it('only proposes in suggest, and switches when a person applies it', () => {
  const story = new Story(policyOf({ mode: 'suggest' })).learned().calls(20, PRIMARY, 'serve', REFUSED);
  expect(story.route.phase.name).toBe('degraded');
  expect(story.route.incident?.suggestion).toContain(FALLBACK);
  story.command({ name: 'apply', incidentId: story.route.incident?.incidentId ?? '' });
  expect(story.route.phase.name).toBe('overridden');
});

it('protects a new route by `max` while it is still learning', () => {
  const story = new Story(policyOf({ signals: { error: { max: 0.2 } } }));
  story.calls(30, FALLBACK, 'standby', GOOD).calls(40, PRIMARY, 'serve', { error: 1 });
  expect(story.route.phase.name).toBe('overridden');
});

it('keeps a route named __proto__ apart from everything else', () => {
  const story = new Story(policyOf());
  story.fold({ kind: 'scores', v: 1, project: '', route: '__proto__', atMs: 1, targets: ['__proto__', 'constructor'], scores: [{ traceId: 't', spanId: 's', target: '__proto__', purpose: 'serve', signals: GOOD }] });
  const stored = story.stored();
  expect(Object.keys(stored.routes)).toEqual(['/__proto__']);
  expect(Object.keys(stored.routes['/__proto__']?.targets ?? {})).toEqual(['__proto__']);
  expect(({} as { id?: unknown }).id).toBeUndefined();
});

it('stores only the routes that a record changed', () => {
  const story = new Story(policyOf()).learned();
  const tick = foldEvidence(story.state, { kind: 'tick', v: 1, epoch: 1, atMs: story.nowMs + 1_000 }, { partition: 0, offset: 9_999 }, () => false);
  expect([...encodeState(story.state, tick.touchedRoutes).keys()]).toEqual(['common']);
  expect([...story.entries.keys()].sort()).toEqual(['common', 'policy', routeEntry(`default/${ROUTE}`)]);
});
