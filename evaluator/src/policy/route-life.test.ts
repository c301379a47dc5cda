import { describe, expect, it } from 'vitest';
import { baselineFromValues } from '../baselines/baseline-from-values.ts';
import { FALLBACK, GOOD, policyOf, PRIMARY, REFUSED, ROUTE, Story } from './test-support/story.ts';

const FAILED = { error: 1 };
const SECOND = 'other/medium';

describe('modes', () => {
  it('only scores and shows in observe: no incident, no override, and no applying one', () => {
    const story = new Story(policyOf({ mode: 'observe' })).learned().calls(40, PRIMARY, 'serve', REFUSED).seconds(5);
    expect(story.route.phase.name).toBe('degraded');
    expect(story.route.incident).toBeUndefined();
    expect(story.entry).toBeUndefined();
    story.command({ name: 'apply', incidentId: 'inc' });
    expect(story.texts.at(-1)).toBe('apply by ann rejected: the route is in mode observe');
  });

  it('takes an override back when the policy turns to observe', () => {
    const story = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED);
    story.policy(policyOf({ mode: 'observe' }));
    expect(story.route.phase.name).toBe('degraded');
    expect(story.entry).toBeUndefined();
  });

  it('acts when the policy turns from suggest to auto during an incident', () => {
    const story = new Story(policyOf({ mode: 'suggest' })).learned().calls(20, PRIMARY, 'serve', REFUSED);
    expect(story.entry?.targets[0]?.id).toBe(PRIMARY);
    story.policy(policyOf());
    expect(story.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
  });
});

describe('a changed policy', () => {
  it('keeps the statistics of a test whose null is unchanged, and begins a test anew whose null changed', () => {
    const story = new Story(policyOf()).learned().calls(3, PRIMARY, 'serve', REFUSED);
    const refusal = () => story.route.targets[PRIMARY]?.monitors.refusal;
    const before = structuredClone(refusal());
    story.policy(policyOf({ probe: { percent: 20 } }));
    expect(refusal()).toEqual(before);
    story.policy(policyOf({ signals: { refusal: { tolerance: 0.3 } } }));
    expect(refusal()).toMatchObject({ alerting: before?.kind === 'rate' ? before.alerting : {}, switching: { m: 0.3, statistic: 0 } });
  });

  it('forgets a signal that is switched off, also in an incident, and needs no proof of it', () => {
    const story = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED).policy(policyOf({ signals: { refusal: { action: 'off' } } })).seconds(7);
    expect(story.route.targets[PRIMARY]?.monitors.refusal).toBeUndefined();
    expect(story.reasons).toContain('recovery-proved');
    story.policy(policyOf());
    expect(story.route.targets[PRIMARY]?.monitors.refusal).toMatchObject({ baselineRate: 0 });
  });
});

describe('the fallback', () => {
  it('has to be proved by 20 calls for content; for errors an unproven one will do', () => {
    const proved = { refusal: { kind: 'rate' as const, calls: 200, events: 0 }, error: { kind: 'rate' as const, calls: 200, events: 0 } };
    const refusing = new Story(policyOf()).calls(200, PRIMARY, 'serve', GOOD).calls(19, FALLBACK, 'standby', GOOD).baseline(PRIMARY, proved).calls(20, PRIMARY, 'serve', REFUSED);
    expect(refusing.route.phase.name).toBe('exhausted');
    refusing.calls(1, FALLBACK, 'standby', GOOD);
    expect(refusing.route.phase.name).toBe('overridden');
    const failing = new Story(policyOf()).calls(200, PRIMARY, 'serve', GOOD).baseline(PRIMARY, proved).calls(20, PRIMARY, 'serve', FAILED);
    expect(failing.route.phase.name).toBe('overridden');
  });

  it('that nothing is known about is probed while the primary is in doubt, and serves once it is proved', () => {
    const baseline = { refusal: { kind: 'rate' as const, calls: 200, events: 0 } };
    const story = new Story(policyOf({ standby: { percent: 0 } })).calls(200, PRIMARY, 'serve', GOOD).baseline(PRIMARY, baseline).calls(4, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('suspect');
    expect(story.entry?.targets).toEqual([{ id: PRIMARY, percent: 60, purpose: 'serve' }, { id: FALLBACK, percent: 40, purpose: 'probe' }]);
    story.calls(20, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('exhausted');
    story.calls(20, FALLBACK, 'probe', GOOD);
    expect(story.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
    const asked = new Story(policyOf({ standby: { percent: 0 }, mode: 'suggest' })).calls(200, PRIMARY, 'serve', GOOD).baseline(PRIMARY, baseline).calls(24, PRIMARY, 'serve', REFUSED);
    expect(asked.entry).toBeUndefined();
  });

  it('that nothing is known about is proposed in suggest, with that said', () => {
    const baseline = { refusal: { kind: 'rate' as const, calls: 200, events: 0 } };
    const story = new Story(policyOf({ standby: { percent: 0 }, mode: 'suggest' })).calls(200, PRIMARY, 'serve', GOOD).baseline(PRIMARY, baseline).calls(24, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('degraded');
    expect(story.route.incident?.suggestion).toContain(FALLBACK);
    expect(story.route.incident?.done.at(-1)?.text).toContain('too few calls');
    story.fold({ kind: 'command', v: 1, atMs: story.state.nowMs, project: 'default', route: ROUTE, commandId: 'c', actor: 'ann', reason: 'yes', command: { name: 'apply', incidentId: story.route.incident?.incidentId ?? '' } });
    expect(story.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
  });

  it('that goes bad is replaced by the next one, and without one the own order answers until the hold-down is over', () => {
    const story = new Story(policyOf({ holdDown: { base: '30s', cap: '1h' } }));
    story.targets = [PRIMARY, FALLBACK, SECOND];
    story.calls(30, SECOND, 'standby', GOOD).learned().calls(20, PRIMARY, 'serve', REFUSED).calls(30, FALLBACK, 'serve', REFUSED);
    expect(story.entry?.targets).toEqual([{ id: SECOND, percent: 100, purpose: 'serve' }]);
    story.calls(30, SECOND, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('exhausted');
    // Both prove themselves at once, but nothing goes to and fro within the hold-down.
    story.calls(120, SECOND, 'shadow', GOOD);
    expect(story.route.phase.name).toBe('exhausted');
    story.calls(3, PRIMARY, 'serve', REFUSED).seconds(36);
    expect(story.entry?.targets[0]).toMatchObject({ id: SECOND, percent: 100 });
  });

  it('that was bad once is healed by its own calls', () => {
    const story = new Story(policyOf()).learned().calls(30, FALLBACK, 'standby', REFUSED).calls(110, FALLBACK, 'standby', GOOD).calls(20, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('overridden');
  });

  it('never names a target that some running version of the application does not declare', () => {
    const story = new Story(policyOf()).learned();
    story.targets = [PRIMARY, SECOND];
    story.calls(1, PRIMARY, 'serve', GOOD).calls(20, PRIMARY, 'serve', REFUSED);
    expect(story.route.appOrder).toEqual([PRIMARY]);
    expect(story.entry).toBeUndefined();
  });

  it('is given up when the application does not declare it any more', () => {
    const story = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED);
    story.targets = [PRIMARY];
    story.calls(6, PRIMARY, 'serve', REFUSED);
    expect(story.route.phase.name).toBe('exhausted');
    expect(story.entry).toBeUndefined();
  });

  it.each([[[PRIMARY]], [['evil/1']], [[FALLBACK, PRIMARY]]])('stays when single calls declare %j: one instance does not speak for all', (declared) => {
    const story = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED);
    const app = story.targets;
    for (let round = 0; round < 20; round++) {
      story.targets = declared;
      story.calls(1, PRIMARY, 'probe', REFUSED);
      story.targets = app;
      story.calls(19, FALLBACK, 'serve', GOOD);
      expect(story.route.phase.name).toMatch(/overridden|probing/);
      expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, purpose: 'serve' });
    }
  });
});

describe('an application that declares no targets', () => {
  const proved = { refusal: { kind: 'rate' as const, calls: 200, events: 0 } };

  it('is watched: the target that was seen is the primary, and there is nothing to switch to', () => {
    const story = new Story(policyOf());
    story.targets = [];
    story.calls(200, PRIMARY, 'serve', GOOD).baseline(PRIMARY, proved).calls(20, PRIMARY, 'serve', REFUSED);
    expect(story.route).toMatchObject({ primary: PRIMARY, phase: { name: 'exhausted' }, incident: { signal: 'refusal' } });
    expect(story.entry).toBeUndefined();
  });

  it('can be switched between the targets that the policy names', () => {
    const story = new Story(policyOf({ primary: PRIMARY, fallbacks: [FALLBACK], standby: { percent: 0 } }));
    story.targets = [];
    story.calls(30, FALLBACK, 'serve', GOOD).calls(200, PRIMARY, 'serve', GOOD).baseline(PRIMARY, proved).calls(20, PRIMARY, 'serve', REFUSED);
    expect(story.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
  });
});

it('begins a new life when the application names another primary', () => {
  const story = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED);
  story.targets = [FALLBACK, PRIMARY];
  story.calls(6, FALLBACK, 'serve', GOOD).seconds(70).calls(1, FALLBACK, 'serve', GOOD);
  expect(story.texts).toContain(`the primary is now ${FALLBACK}, not ${PRIMARY}`);
  expect(story.route).toMatchObject({ primary: FALLBACK, incident: undefined });
  expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, percent: 90 });
});

it('probes sooner after calls that failed outright, and ends the probing after two that fail again', () => {
  const story = new Story(policyOf({ holdDown: { base: '5m', cap: '2h' }, signals: {} })).learned().calls(20, PRIMARY, 'serve', FAILED);
  expect(story.route.phase).toMatchObject({ name: 'overridden' });
  story.seconds(37);
  expect(story.route.phase.name).toBe('probing');
  story.calls(2, PRIMARY, 'probe', FAILED);
  expect(story.reasons.at(-1)).toBe('probe-failed');
  story.seconds(46);
  expect(story.route.phase.name).toBe('overridden');
  story.seconds(28);
  expect(story.route.phase.name).toBe('probing');
});

it('follows the ramp for content, and skips it where calls fail outright, also when more goes wrong later', () => {
  const ramp = { steps: [10, 50, 100], every: '60s' };
  const refusing = new Story(policyOf({ ramp, holdDown: { base: '10m', cap: '1h' } })).learned().calls(20, PRIMARY, 'serve', REFUSED);
  expect(refusing.entry?.targets[0]).toEqual({ id: FALLBACK, percent: 10, purpose: 'serve' });
  refusing.seconds(61);
  expect(refusing.entry?.targets[0]).toMatchObject({ percent: 50 });
  refusing.calls(20, PRIMARY, 'serve', FAILED);
  expect(refusing.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
  const failing = new Story(policyOf({ ramp })).learned().calls(20, PRIMARY, 'serve', FAILED).calls(20, PRIMARY, 'serve', REFUSED);
  expect(failing.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
});

it('stays on the fallback after more than three overrides in six hours, until somebody releases it', () => {
  const story = new Story(policyOf()).learned();
  for (let cycle = 0; cycle < 4; cycle++) {
    story.calls(30, PRIMARY, 'serve', REFUSED).calls(30, FALLBACK, 'serve', GOOD);
    for (let wait = 0; wait < 400 && story.route.phase.name === 'overridden' && !story.reasons.includes('escalated'); wait++) story.seconds(1);
    if (story.route.phase.name === 'probing') story.calls(120, PRIMARY, 'probe', GOOD).seconds(7);
  }
  expect(story.route.phase).toMatchObject({ name: 'overridden', escalated: true });
  expect(story.reasons.filter((reason) => reason === 'override-published')).toHaveLength(4);
  story.seconds(3_600);
  expect(story.route.phase.name).toBe('overridden');
  expect(story.reasons.filter((reason) => reason === 'escalated')).toHaveLength(1);
  story.command({ name: 'release' }).seconds(1);
  expect(story.route.phase.name).toBe('probing');
});

describe('an alert', () => {
  const values = (factor: number) => (index: number) => factor * (0.001 + 0.0005 * ((index * 7) % 10) / 10);
  const spend = (story: Story, count: number, factor: number) => {
    for (let index = 0; index < count; index++) story.calls(1, PRIMARY, 'serve', { ...GOOD, cost_per_call: values(factor)(index) });
    return story;
  };
  const learned = (route: object = {}) => {
    const story = new Story(policyOf(route)).learned();
    spend(story, 200, 1);
    const cost = baselineFromValues('cost_per_call', Array.from({ length: 200 }, (_, index) => values(1)(index)));
    return story.baseline(PRIMARY, cost === undefined ? {} : { cost_per_call: cost });
  };

  const learnFallback = (story: Story, factor: number, refusals = 0) => {
    const cost = baselineFromValues('cost_per_call', Array.from({ length: 200 }, (_, index) => values(factor)(index)));
    story.baseline(FALLBACK, { refusal: { kind: 'rate', calls: 200, events: refusals }, error: { kind: 'rate', calls: 200, events: 0 }, ...(cost === undefined ? {} : { cost_per_call: cost }) });
    for (let index = 0; index < 10; index++) story.calls(1, FALLBACK, 'standby', { ...GOOD, cost_per_call: values(factor)(index) });
  };

  it('on cost opens an incident and moves no traffic; it ends when the cost is as before for long enough', () => {
    const story = spend(learned(), 120, 3);
    expect(story.route.incident).toMatchObject({ action: 'alert', signal: 'cost_per_call', state: 'open' });
    expect(story.texts.find((text) => text.startsWith('cost_per_call'))).toMatch(/^cost_per_call of openai\/large rose from 0\.0012 to 0\.00375 USD, medians/);
    expect(story.entry?.targets[0]).toMatchObject({ id: PRIMARY, percent: 90 });
    spend(story, 200, 3);
    expect(story.route.incident).toBeDefined();
    spend(story, 300, 1);
    expect(story.route.incident).toBeUndefined();
    expect(story.reasons.filter((reason) => reason === 'alert-raised')).toHaveLength(1);
  });

  it('is no alert where the policy says that cost switches', () => {
    const story = learned({ signals: { cost_per_call: { action: 'switch' } } });
    learnFallback(story, 0.5);
    spend(story, 60, 3);
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, percent: 100 });
  });

  it('on cost never leads to a target that is worse or dearer, or of which that is not known', () => {
    const unknown = learned({ signals: { cost_per_call: { action: 'switch' } } });
    const dearer = learned({ signals: { cost_per_call: { action: 'switch' } } });
    learnFallback(dearer, 5);
    const worse = learned({ signals: { cost_per_call: { action: 'switch' }, refusal: { tolerance: 0.01 } } });
    learnFallback(worse, 0.5, 12);
    for (const story of [unknown, dearer, worse]) {
      spend(story, 60, 3);
      expect(story.route.phase.name).toBe('exhausted');
      expect(story.entry?.targets[0]).toMatchObject({ id: PRIMARY });
    }
  });

  it('says nothing about equal values, be they constant or few', () => {
    for (const valuesOf of [() => 0.002, (index: number) => 0.001 * (1 + (index % 3))]) {
      const story = new Story(policyOf()).learned();
      const statistics = baselineFromValues('cost_per_call', Array.from({ length: 300 }, (_, index) => valuesOf(index)));
      story.baseline(PRIMARY, statistics === undefined ? {} : { cost_per_call: statistics });
      for (let index = 0; index < 3_000; index++) story.calls(1, PRIMARY, 'serve', { ...GOOD, cost_per_call: valuesOf(index) });
      expect(story.route.incident).toBeUndefined();
    }
  });
});

it('learns no baseline of a target that its incident is about, and replaces none that is frozen', () => {
  const story = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED);
  story.baseline(PRIMARY, { loop: { kind: 'rate', calls: 200, events: 100 } });
  expect(story.route.targets[PRIMARY]?.baselines.loop).toBeUndefined();
  const calm = new Story(policyOf()).learned().baseline(PRIMARY, { refusal: { kind: 'rate', calls: 1_000, events: 900 } });
  expect(calm.route.targets[PRIMARY]?.baselines.refusal).toEqual({ kind: 'rate', calls: 200, events: 0 });
});

it('changes nothing while frozen, except what a person orders', () => {
  const story = new Story(policyOf()).learned();
  story.fold({ kind: 'freeze', v: 1, epoch: 1, atMs: story.nowMs, untilMs: story.nowMs + 60_000, reason: 'release day' });
  story.calls(20, PRIMARY, 'serve', REFUSED);
  expect(story.entry?.targets[0]).toMatchObject({ id: PRIMARY });
  story.command({ name: 'pin', target: FALLBACK, untilMs: story.nowMs + 10_000 });
  expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK, percent: 100 });
  expect(story.reasons).not.toContain('override-published');
  story.seconds(70);
  expect(story.reasons.slice(-4)).toEqual(['pinned', 'pin-expired', 'override-published', 'hold-down-over']);
});

it('forgets a route that has been quiet for a day, and takes its entry back', () => {
  const story = new Story(policyOf()).learned();
  story.nowMs += 86_400_000;
  story.seconds(1);
  expect(story.state.routes).toEqual({});
  expect(story.proposals.at(-1)).toMatchObject({ route: ROUTE, effect: 'return' });
  expect([...story.entries.keys()].sort()).toEqual(['common', 'policy']);
});

it('dates the begin of an incident before its proof', () => {
  const story = new Story(policyOf()).learned();
  const beganAtMs = story.nowMs + 50;
  story.calls(20, PRIMARY, 'serve', REFUSED);
  expect(story.route.incident).toMatchObject({ beganAtMs });
});

describe('a primary that is suspected of failing outright', () => {
  const proved = { error: { kind: 'rate' as const, calls: 200, events: 0 } };

  it('is asked with a share of probes, which pass local breakers, so that the proof does not dry up', () => {
    const story = new Story(policyOf()).calls(30, FALLBACK, 'standby', GOOD).calls(200, PRIMARY, 'serve', GOOD).baseline(PRIMARY, proved).calls(5, PRIMARY, 'serve', FAILED);
    expect(story.route.phase.name).toBe('suspect');
    expect(story.entry?.targets).toEqual([{ id: PRIMARY, percent: 50, purpose: 'serve' }, { id: PRIMARY, percent: 40, purpose: 'probe' }, { id: FALLBACK, percent: 10, purpose: 'standby' }]);
    story.calls(20, PRIMARY, 'probe', FAILED);
    expect(story.entry?.targets).toEqual([{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
  });

  it('is left alone again when the suspicion is not confirmed', () => {
    const story = new Story(policyOf()).calls(30, FALLBACK, 'standby', GOOD).calls(200, PRIMARY, 'serve', GOOD).baseline(PRIMARY, proved).calls(5, PRIMARY, 'serve', FAILED).calls(200, PRIMARY, 'probe', GOOD).seconds(61);
    expect(story.route.phase.name).toBe('healthy');
    expect(story.entry?.targets).toEqual([{ id: PRIMARY, percent: 90, purpose: 'serve' }, { id: FALLBACK, percent: 10, purpose: 'standby' }]);
  });

  it('is not touched in suggest', () => {
    const story = new Story(policyOf({ mode: 'suggest' })).calls(30, FALLBACK, 'standby', GOOD).calls(200, PRIMARY, 'serve', GOOD).baseline(PRIMARY, proved).calls(5, PRIMARY, 'serve', FAILED);
    expect(story.entry?.targets.every((target) => target.purpose !== 'probe')).toBe(true);
  });
});
