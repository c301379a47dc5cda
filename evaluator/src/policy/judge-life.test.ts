import { describe, expect, it } from 'vitest';
import type { Judgement } from '@understudy/contracts/evidence';
import { JUDGED_BASELINE, JudgedStory } from './test-support/judged-story.ts';
import { FALLBACK, GOOD, policyOf, PRIMARY, REFUSED, ROUTE, Story } from './test-support/story.ts';

const good = () => ({ kind: 'judged' as const, score: 1 });
const bad = (index: number) => ({ kind: 'judged' as const, score: index % 5 === 0 ? 1 : 0.2 });
const hostileShare = (share: number, otherwise: (index: number) => Judgement['outcome']) => (index: number) => (Math.floor((index + 1) * share) > Math.floor(index * share) ? { kind: 'excluded' as const, reason: 'forged-verdict' } : otherwise(index));

describe('the judge', () => {
  it('stays quiet while it judges as ever', () => {
    const story = new JudgedStory().health('healthy').judged(1_500, (index) => ({ kind: 'judged', score: index % 20 === 0 ? 0 : 1 }));
    expect(story.route.phase.name).toBe('healthy');
    expect(story.route.incident).toBeUndefined();
  });

  it('stays quiet when its verdicts on healthy calls come many at once, as after an outage', () => {
    const story = new JudgedStory().baseline(PRIMARY, { judge: { ...JUDGED_BASELINE, sampled: { flaggedShare: 0.04, flaggedCalls: 200, flaggedMean: 0.3, plainCalls: 2_000, plainMean: 0.04 } } }).health('healthy');
    for (let burst = 0; burst < 10; burst++) story.burst(500);
    expect(story.reasons).not.toContain('suspicion-raised');
    expect(story.route.phase.name).toBe('healthy');
  });

  it('alone does not switch: the state is inconclusive, people are told, and may apply the switch', () => {
    const story = new JudgedStory().health('healthy').untilDoubt(bad).judged(150, bad);
    expect(story.route.phase).toMatchObject({ name: 'inconclusive', because: 'judge-alone', fallback: FALLBACK });
    expect(story.route.incident).toMatchObject({ action: 'alert', signal: 'judge', suggestion: `switch ${ROUTE} to ${FALLBACK}` });
    expect(story.entry?.targets[0]).toMatchObject({ id: PRIMARY });
    story.command({ name: 'apply', incidentId: story.route.incident?.incidentId ?? '' });
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, percent: 100 });
  });

  it('switches alone where the policy of the route says so', () => {
    const story = new JudgedStory(policyOf({ judge: { alone: true } })).health('healthy').untilDoubt(bad).judged(30, bad);
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, percent: 100 });
  });

  it('switches together with another family of signals that is only suspicious', () => {
    const story = new JudgedStory().health('healthy').untilDoubt(bad);
    for (let turn = 0; turn < 60 && story.route.phase.name === 'suspect'; turn++) story.judged(1, bad, turn % 2 === 0 ? REFUSED : GOOD);
    expect(['degraded', 'overridden']).toContain(story.route.phase.name);
  });

  it('has no say before its anchors were judged again', () => {
    const story = new JudgedStory().health('healthy');
    for (let turn = 0; turn < 300; turn++) story.judged(1, bad);
    expect(story.route.phase.name).toBe('suspect');
  });

  it('has no say while it cannot be trusted, and begins anew afterwards', () => {
    const story = new JudgedStory().health('healthy').health('drifted').judged(400, bad);
    expect(story.route.phase.name).toBe('healthy');
    expect(story.route.incident).toBeUndefined();
    story.health('healthy').judged(20, good);
    expect(story.route.phase.name).toBe('healthy');
  });

  it('ends the doubt that it raised when it judges as before', () => {
    const story = new JudgedStory().health('healthy').untilDoubt(bad).judged(150, bad).judged(600, good);
    expect(story.route.phase.name).toBe('healthy');
    expect(story.route.incident).toBeUndefined();
  });
});

describe('hostile texts', () => {
  it('in every tenth session neither raise an override nor an inconclusive state, but ask for a look', () => {
    const story = new JudgedStory().health('healthy').judged(600, hostileShare(0.1, good));
    expect(story.route.phase.name).toBe('healthy');
    expect(story.route.hostile?.sinceMs).toBeDefined();
  });

  it('in every tenth session do not hide that the answers got worse', () => {
    const story = new JudgedStory().health('healthy').untilDoubt(hostileShare(0.1, bad)).judged(200, hostileShare(0.1, bad));
    expect(story.route.phase).toMatchObject({ name: 'inconclusive', because: 'judge-alone' });
  });

  it('in three of ten sessions leave the state inconclusive, and a change that other signals see still switches', () => {
    const story = new JudgedStory().health('healthy').judged(900, hostileShare(0.3, good));
    expect(story.route.phase).toMatchObject({ name: 'inconclusive', because: 'hostile-text' });
    expect(story.route.hostile?.sinceMs).toBeDefined();
    expect(story.entry?.targets[0]).toMatchObject({ id: PRIMARY });
    story.calls(60, PRIMARY, 'serve', REFUSED);
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK });
  });

  it('leave no doubt when they have become few', () => {
    const story = new JudgedStory().health('healthy').judged(900, hostileShare(0.3, good)).judged(2_500, good);
    expect(story.route.phase.name).toBe('healthy');
    expect(story.route.hostile?.sinceMs).toBeUndefined();
  });
});

describe('a plain rule of the policy', () => {
  const rule = (story: Story, broken: boolean, action: 'alert' | 'switch', observed = 5_000) => story.fold({
    kind: 'threshold', v: 1, epoch: 1, atMs: story.nowMs, project: 'default', route: ROUTE, target: PRIMARY, rule: 'p95 of duration over 5m at most 4000', signal: 'duration', statistic: 'p95', limit: 4_000, side: 'max', observed, calls: 100, broken, action, fromMs: story.nowMs - 300_000, untilMs: story.nowMs,
  });

  it('that the serving fallback breaks is told once in the open incident', () => {
    const story = new Story(policyOf()).learned().calls(60, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('overridden');
    const spend = (observed: number) => story.fold({
      kind: 'threshold', v: 1, epoch: 1, atMs: story.nowMs, project: 'default', route: ROUTE, target: FALLBACK, rule: 'sum of spend over 1h at most 5', signal: 'spend', statistic: 'sum', limit: 5, side: 'max', observed, calls: 100, broken: true, action: 'alert', fromMs: story.nowMs - 3_600_000, untilMs: story.nowMs,
    });
    spend(6);
    spend(7);
    expect(story.route.incident?.notes).toEqual([`${FALLBACK}: sum of spend over 1h at most 5`]);
    expect(story.texts.filter((text) => text.includes('breaks the rule'))).toEqual([`${FALLBACK} breaks the rule "sum of spend over 1h at most 5": it is at 6`]);
    expect(story.route.phase.name).toBe('overridden');
  });

  it('that is broken opens an incident, which ends when it holds again and calls went well', () => {
    const story = new Story(policyOf()).learned();
    rule(story, true, 'alert');
    story.seconds(5).calls(5, PRIMARY, 'serve', GOOD);
    expect(story.route.incident).toMatchObject({ action: 'alert', signal: 'duration', observed: 5_000, threshold: 4_000 });
    expect(story.texts.at(-1)).toContain('p95 of duration over 5m at most 4000');
    story.calls(100, PRIMARY, 'serve', GOOD);
    expect(story.route.incident).toBeDefined();
    rule(story, false, 'alert', 3_000);
    story.calls(100, PRIMARY, 'serve', GOOD);
    expect(story.route.incident).toBeUndefined();
  });

  it('is watched before anything is learned', () => {
    const story = new Story(policyOf({ signals: {} })).calls(30, PRIMARY, 'serve', GOOD);
    expect(story.route.phase.name).toBe('unknown');
    rule(story, true, 'alert');
    story.seconds(5);
    expect(story.route.incident).toMatchObject({ action: 'alert', signal: 'duration', beganAtMs: expect.any(Number) });
  });

  it('switches where it says so, and the primary comes back after the hold-down', () => {
    const story = new Story(policyOf()).learned();
    rule(story, true, 'switch');
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, percent: 100 });
    story.seconds(5);
    for (let second = 0; second < 260; second++) story.seconds(1).calls(2, FALLBACK, 'serve', GOOD).calls(2, PRIMARY, 'probe', GOOD);
    expect(story.reasons).toContain('recovery-proved');
    expect(story.route.phase.name).toBe('healthy');
  });
});
