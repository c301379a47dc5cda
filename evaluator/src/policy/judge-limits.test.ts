import { describe, expect, it } from 'vitest';
import type { Judgement } from '@understudy/contracts/evidence';
import type { Policy } from '@understudy/contracts/policy';
import { JudgedStory } from './test-support/judged-story.ts';
import { FALLBACK, GOOD, policyOf, PRIMARY, REFUSED, ROUTE } from './test-support/story.ts';

const good = () => ({ kind: 'judged' as const, score: 1 });
const bad = (index: number) => ({ kind: 'judged' as const, score: index % 5 === 0 ? 1 : 0.2 });
const hostile = (index: number): Judgement['outcome'] => (index % 3 === 0 ? { kind: 'excluded', reason: 'forged-verdict' } : { kind: 'judged', score: 1 });
const ALONE = policyOf({ judge: { alone: true } });

/** Calls of one target that are all judged. */
function judgedCalls(story: JudgedStory, count: number, target: string, purpose: 'serve' | 'probe', outcome: Judgement['outcome'], signals = GOOD): void {
  const sampling = { flagged: 1, plain: 1 };
  for (let index = 0; index < count; index++) {
    story.nowMs += 50;
    const call = { traceId: `${target}${purpose}${story.nowMs}`, spanId: 's', target, purpose };
    story.fold({ kind: 'scores', v: 1, project: 'default', route: ROUTE, atMs: story.nowMs, targets: story.targets, sampling, scores: [{ ...call, signals, draw: { flagged: false, drawn: true } }] });
    story.fold({ kind: 'judgements', v: 1, project: 'default', route: ROUTE, atMs: story.nowMs, judgements: [{ ...call, flagged: false, sampling, outcome }] });
  }
}

function rule(story: JudgedStory, broken: boolean, action: 'alert' | 'switch', signal: 'duration' | 'judge' | 'spend' = 'duration', target = PRIMARY): void {
  story.fold({ kind: 'threshold', v: 1, epoch: 1, atMs: story.nowMs, project: 'default', route: ROUTE, target, rule: `${signal} at most 1`, signal, statistic: 'mean', limit: 1, side: 'max', observed: broken ? 2 : 0, calls: 100, broken, action, fromMs: story.nowMs - 300_000, untilMs: story.nowMs });
}

const judged = (judge: object, route: object = {}, rubrics: object = {}): Policy => ({ ...policyOf(route), judge: { model: 'judge-1', ...judge } as Policy['judge'], rubrics: rubrics as Policy['rubrics'] });

describe('the judge', () => {
  it('is said to be at what it is, not at what the last judged call was, and dates its change', () => {
    const story = new JudgedStory().health('healthy').judged(300, (index) => ({ kind: 'judged', score: index % 20 === 0 ? 0 : 1 }));
    const changedAtMs = story.nowMs;
    story.judged(60, (index) => ({ kind: 'judged', score: index % 4 === 0 ? 0 : 1 }));
    const text = story.texts.find((one) => one.startsWith('suspicion')) ?? '';
    expect(Number(/ to ([\d.]+) %/.exec(text)?.[1])).toBeLessThan(50);
    const { change } = story.route.targets[PRIMARY]?.monitors.judge ?? {};
    expect(Math.abs((change?.sinceMs ?? 0) - changedAtMs)).toBeLessThan(2_000);
  });

  it('switches when another family agrees only after people were told', () => {
    const story = new JudgedStory().health('healthy').untilDoubt(bad).judged(150, bad);
    expect(story.route.phase).toMatchObject({ name: 'inconclusive', because: 'judge-alone' });
    for (let turn = 0; turn < 20 && story.route.phase.name === 'inconclusive'; turn++) story.judged(1, bad, turn % 2 === 0 ? REFUSED : GOOD);
    expect(story.reasons).toContain('judge-agreed');
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK });
  });

  it('leaves a proposal open that follows the policy', () => {
    const story = new JudgedStory(judged({})).health('healthy').untilDoubt(bad).judged(150, bad);
    story.policy(judged({}, { mode: 'observe' })).judged(1, bad);
    expect(story.route.phase).toMatchObject({ name: 'inconclusive', fallback: undefined });
    story.policy(judged({})).judged(1, bad);
    expect(story.route.phase).toMatchObject({ name: 'inconclusive', fallback: FALLBACK });
    expect(story.route.incident).toMatchObject({ action: 'alert', fallback: FALLBACK, suggestion: `switch ${ROUTE} to ${FALLBACK}` });
    story.policy(judged({}, { probe: { percent: 30 } })).judged(1, bad);
    expect(story.route.incident?.suggestion).toBeDefined();
    story.command({ name: 'apply', incidentId: story.route.incident?.incidentId ?? '' });
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, percent: 100 });
  });

  it('alone does not take the traffic back from a fallback', () => {
    const story = new JudgedStory().health('healthy').calls(60, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('overridden');
    judgedCalls(story, 400, FALLBACK, 'serve', { kind: 'judged', score: 0 });
    expect(story.reasons).not.toContain('fallback-degraded');
  });

  it('alone does not bar a fallback when calls fail outright', () => {
    const story = new JudgedStory().health('healthy');
    judgedCalls(story, 400, FALLBACK, 'serve', { kind: 'judged', score: 0 });
    story.calls(60, PRIMARY, 'serve', { error: 1 });
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, percent: 100 });
  });

  it('is unreachable when its role has said nothing for five minutes, until it speaks again', () => {
    const story = new JudgedStory(judged({})).health('healthy').seconds(299);
    expect(story.state.judge?.health).toBe('healthy');
    story.seconds(2);
    expect(story.state.judge).toMatchObject({ health: 'unreachable', sinceMs: story.nowMs - 1_000 });
    expect(story.stored().judge).toEqual(story.state.judge);
    expect(story.health('healthy').seconds(2).state.judge?.health).toBe('healthy');
    expect(new JudgedStory().policy(policyOf()).health('healthy').seconds(301).state.judge?.health).toBe('off');
  });

  it('has nothing to prove any more when it is off', () => {
    const story = new JudgedStory(ALONE).health('healthy').untilDoubt(bad).judged(30, bad).seconds(10);
    expect(story.route.phase).toMatchObject({ name: 'probing', signals: ['judge'] });
    story.calls(200, PRIMARY, 'probe', GOOD);
    expect(story.route.phase.name).toBe('probing');
    story.fold({ kind: 'judge', v: 1, project: 'default', atMs: story.nowMs, health: 'off', sinceMs: story.nowMs, text: 'off' });
    story.calls(200, PRIMARY, 'probe', GOOD).seconds(20);
    expect(story.route.phase.name).toBe('healthy');
  });

  it('is not asked to prove a recovery because of verdicts that do not count', () => {
    const story = new JudgedStory().health('healthy').untilDoubt(bad).judged(150, bad).health('unreachable').calls(60, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('overridden');
    expect(story.route.phase).toMatchObject({ signals: ['refusal'] });
    story.seconds(3);
    expect(story.route.phase).toMatchObject({ signals: ['refusal'] });
  });

  it('is bound by the same conditions where a plain rule of the policy speaks of it', () => {
    const story = new JudgedStory().health('healthy').judged(30, good);
    rule(story, true, 'switch', 'judge');
    story.seconds(30);
    expect(story.entry?.targets[0]).toMatchObject({ id: PRIMARY });
  });

  it('is learned anew under another rubric, another model, or when it comes back', () => {
    const story = new JudgedStory(judged({})).health('healthy').untilDoubt(bad);
    story.policy(judged({ timeout: '5s' }));
    expect(story.route.targets[PRIMARY]?.baselines.judge).toBeDefined();
    for (const changed of [judged({ model: 'judge-2' }), judged({}, { judge: { rubric: 'support' } }), judged({}, {}, { answer: { task: 't', checks: { good: { question: 'q', weight: 1 } } } }), judged({}, { judge: { enabled: false } }), policyOf()]) {
      const story = new JudgedStory(judged({})).health('healthy').untilDoubt(bad);
      story.policy(changed).seconds(90);
      expect(story.route.targets[PRIMARY]?.baselines.judge).toBeUndefined();
      expect(story.route.targets[PRIMARY]?.monitors.judge).toBeUndefined();
      expect(story.route.phase.name).toBe('healthy');
    }
  });
});

describe('hostile texts', () => {
  it('do not keep people from being told what else is wrong', () => {
    const story = new JudgedStory().health('healthy').judged(900, hostile);
    expect(story.route.phase).toMatchObject({ name: 'inconclusive', because: 'hostile-text' });
    rule(story, true, 'alert');
    story.seconds(5);
    expect(story.route.incident).toMatchObject({ action: 'alert', signal: 'duration' });
    story.judged(2_500, good);
    expect(story.route.phase.name).not.toBe('inconclusive');
    expect(story.route.incident).toMatchObject({ action: 'alert', signal: 'duration' });
  });

  it('are no matter where nothing is judged any more', () => {
    const story = new JudgedStory(judged({})).health('healthy').judged(900, hostile).policy(policyOf());
    story.seconds(3);
    expect(story.route.phase.name).toBe('healthy');
    expect(story.route.hostile).toBeUndefined();
  });
});

describe('a plain rule that switches', () => {
  it('does not send the traffic back and forth while it stays broken', () => {
    const story = new JudgedStory();
    rule(story, true, 'switch');
    for (let minute = 0; minute < 30; minute++) {
      story.seconds(30).calls(5, FALLBACK, 'serve', GOOD).calls(5, PRIMARY, 'probe', GOOD).seconds(30);
      rule(story, true, 'switch');
    }
    expect(story.reasons.filter((reason) => reason === 'degraded-again' || reason === 'recovery-proved')).toEqual([]);
    story.seconds(30);
    rule(story, false, 'switch');
    story.seconds(200);
    expect(story.route.phase.name).toBe('healthy');
  });
});

it('a switch to save money is followed by none to a fallback of which less is known', () => {
  const third = 'openai/third';
  const story = new JudgedStory(policyOf({ fallbacks: [FALLBACK, third] }));
  story.targets = [PRIMARY, FALLBACK, third];
  // The versions that know two targets only are gone.
  story.calls(1, PRIMARY, 'serve', GOOD).seconds(70);
  const cost = (median: number) => ({ kind: 'quantile' as const, calls: 200, median, upperCuts: [median * 1.1, median * 1.2, median * 1.3, median * 1.4], lowerCuts: [median * 0.9, median * 0.8, median * 0.7, median * 0.6], upperEdge: median * 1.4, lowerEdge: median * 0.6 });
  const usual = { kind: 'rate' as const, calls: 200, events: 0 };
  story.policy(policyOf({ fallbacks: [FALLBACK, third], signals: { judge: { action: 'off' } } })).baseline(PRIMARY, { cost_per_call: cost(0.01) }).baseline(FALLBACK, { cost_per_call: cost(0.001), refusal: usual, error: usual });
  story.calls(30, PRIMARY, 'serve', { ...GOOD, cost_per_call: 0.01 }).calls(30, FALLBACK, 'standby', { ...GOOD, cost_per_call: 0.001 }).calls(30, third, 'standby', GOOD);
  rule(story, true, 'switch', 'spend');
  expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK });
  story.calls(60, FALLBACK, 'serve', REFUSED);
  expect(story.reasons).toContain('fallback-degraded');
  expect(story.entry?.targets[0]?.id).toBe(PRIMARY);
});
