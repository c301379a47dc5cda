import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALERT_EVENTS, DEMO_EVENTS, type DemoCause, type DemoEventName } from '@understudy/contracts/demo-event';
import type { Incident } from '@understudy/contracts/incident';
import type { TargetShare } from '@understudy/contracts/snapshot';
import type { AlertNews, AppAnswer, Observation } from './demo-observation.ts';
import { advanceStory, QUIET_MS, startStory, type StoryAction, type StoryEvent } from './demo-story.ts';

const ROUTE = 'support.answer';
const PRIMARY = 'openai/gpt-5';
const FALLBACK = 'openai/gpt-5-mini';

function route(state: string, proved = true, judged: number | undefined = undefined): Observation {
  const signals = [{ signal: 'judge', baseline: judged }];
  return { kind: 'route', route: { route: ROUTE, state, primary: PRIMARY, targets: [{ id: PRIMARY, role: 'primary', proved: true, signals }, { id: FALLBACK, role: 'fallback', proved, signals: [] }] } };
}
function incident(state: Incident['state'] = 'open', incidentId = 'inc-1'): Observation {
  return { kind: 'incident', incident: { kind: 'route', incidentId, project: 'default', route: ROUTE, target: PRIMARY, signal: 'refusal', state, action: 'switch', openedAtMs: 1, statistic: 2e5, threshold: 1e5, signals: ['refusal'], done: [] } };
}
function snapshot(version: number, targets: TargetShare[] | undefined): Observation {
  return { kind: 'snapshot', epoch: 1, version, entry: targets === undefined ? undefined : { targets, reason: 'test' } };
}
function answer(facts: Partial<AppAnswer>): Observation {
  return { kind: 'answer', ok: true, requestId: 'r', traceId: 't-1', target: PRIMARY, reason: 'app-order', purpose: 'serve', durationMs: 100, ...facts };
}
const standby = [{ id: PRIMARY, percent: 90, purpose: 'serve' as const }, { id: FALLBACK, percent: 10, purpose: 'standby' as const }];
const overridden = snapshot(2, [{ id: FALLBACK, percent: 100, purpose: 'serve' }]);
const probing = snapshot(3, [{ id: FALLBACK, percent: 60, purpose: 'serve' }, { id: PRIMARY, percent: 40, purpose: 'probe' }]);
const servedByFallback = answer({ target: FALLBACK, reason: 'override', traceId: 't-fallback' });
const shownByProvider: Observation = { kind: 'trace', traceId: 't-fallback', models: ['gpt-5-mini'] };
const cause = (name: DemoCause): Observation => ({ kind: 'cause', cause: name });
const told: AlertNews = { kind: 'alert', incidentId: 'inc-1', receiver: 'demo-desk', change: 'opened' };
const tick: Observation = { kind: 'tick' };

/** Each observation with the second at which it is made. */
const GOOD_RUN: readonly (readonly [number, Observation])[] = [
  [1, snapshot(1, standby)], [2, route('unknown', false)], [10, route('healthy', false)], [12, route('healthy')], [12, cause('refusal')],
  [16, incident()], [16, overridden], [17, servedByFallback], [17, shownByProvider], [20, tick], [20, cause('none')], [22, probing], [23, route('probing')],
  [30, snapshot(4, standby)], [30.1, answer({ traceId: 't-primary' })], [36, incident('resolved')],
];

function play(observations: readonly (readonly [number, Observation])[], causeName: DemoCause = 'refusal') {
  let story = startStory({ cause: causeName, fallbackModel: 'gpt-5-mini', restMs: 0, earlierIncidents: new Set(['inc-0']) }, 0);
  const events: (StoryEvent & { second: number })[] = [];
  const actions: (StoryAction & { second: number })[] = [];
  for (const [second, observation] of observations) {
    const step = advanceStory(story, observation, second * 1000);
    story = step.story;
    events.push(...step.events.map((event) => ({ ...event, second })));
    actions.push(...step.actions.map((action) => ({ ...action, second })));
  }
  return { story, events, actions, names: events.map(({ event }) => event) };
}

describe('the story of a demo run', () => {
  it('tells every event of the contract in its order, and finishes well', () => {
    const { names, events } = play(GOOD_RUN);
    expect(names).toEqual(DEMO_EVENTS.slice(1));
    expect(events.at(-1)).toMatchObject({ event: 'finished', ok: true, detectionMs: 4_000, fallbackMs: 5_000, recoveryMs: 16_000 });
    expect(events.find(({ event }) => event === 'fallback.served')).toMatchObject({ requestId: 'r', traceId: 't-fallback', target: FALLBACK, answeredBy: 'gpt-5-mini' });
    expect(events.find(({ event }) => event === 'override.cleared')).toMatchObject({ epoch: 1, version: 4, route: ROUTE });
  });

  it('asks for the cause once the route is healthy and the fallback proved, and for its end 3 s after the fallback has served', () => {
    expect(play(GOOD_RUN).actions).toEqual([
      { kind: 'set-cause', cause: 'refusal', second: 12 },
      { kind: 'look-up-trace', traceId: 't-fallback', second: 17 },
      { kind: 'set-cause', cause: 'none', second: 20 },
    ]);
  });

  it('holds back what is seen too early until what comes before it has been seen', () => {
    const early = GOOD_RUN.toSpliced(5, 4, [15, servedByFallback], [15.1, shownByProvider], [15.2, overridden], [16, incident()]);
    const { names, events } = play(early);
    expect(names).toEqual(DEMO_EVENTS.slice(1));
    expect(events.find(({ event }) => event === 'fallback.served')?.second).toBe(16);
  });

  it.each(DEMO_EVENTS.slice(1, -1).filter((name) => !['cause.started', 'cause.ended'].includes(name)))('ends with ok false when %s never comes', (missing) => {
    const source: Partial<Record<string, Observation[]>> = {
      'route.healthy': GOOD_RUN.map(([, seen]) => seen).filter((seen) => seen.kind === 'route' && seen.route.state === 'healthy'), 'incident.opened': [incident()], 'override.published': [overridden, probing], 'fallback.served': [servedByFallback],
      'probing.started': [probing, route('probing')], 'override.cleared': [snapshot(4, standby)], 'primary.served': [answer({ traceId: 't-primary' })], 'incident.resolved': [incident('resolved')],
    };
    const dropped = new Set(source[missing]?.map((observation) => JSON.stringify(observation)));
    const kept = GOOD_RUN.filter(([, observation]) => !dropped.has(JSON.stringify(observation)) && (missing !== 'incident.opened' || observation.kind !== 'incident'));
    const { events, names } = play([...kept, [500, tick]]);
    expect(names).not.toContain(missing);
    expect(events.at(-1)).toMatchObject({ event: 'finished', ok: false, reason: expect.any(String) });
  });

  it('says how the application\'s calls went when something never came', () => {
    const { events } = play([[1, answer({})], [2, answer({ ok: false, error: 'Connection error.' })], [100, tick]]);
    expect(events).toEqual([expect.objectContaining({ event: 'finished', ok: false, reason: "no baseline of the primary was learned within 90 s of start (the application's calls: 1 answered, 1 failed, the last with: Connection error.)" })]);
  });

  it('is broken by an incident before the cause', () => {
    expect(play([[1, route('healthy')], [2, incident()]]).events.at(-1)).toMatchObject({ event: 'finished', ok: false, reason: expect.stringContaining('nothing was wrong') });
  });

  it('is broken when the primary is probed before the cause has ended', () => {
    expect(play([...GOOD_RUN.slice(0, 9), [18, probing]]).events.at(-1)).toMatchObject({ ok: false, reason: expect.stringContaining('probed before') });
  });

  it('is broken when the primary is probed before the application has felt the override', () => {
    expect(play([...GOOD_RUN.slice(0, 7), [22, probing]]).events.at(-1)).toMatchObject({ ok: false, reason: expect.stringContaining('never answered by the fallback') });
  });

  it('is broken when the provider\'s log shows another model than the fallback', () => {
    const lied = GOOD_RUN.with(8, [17, { kind: 'trace', traceId: 't-fallback', models: ['gpt-5'] }]);
    expect(play(lied).events.at(-1)).toMatchObject({ ok: false, reason: expect.stringContaining('gpt-5-mini') });
  });

  it('takes neither a standby, a probe, a failover nor a failed answer for the fallback\'s or the primary\'s service', () => {
    const others = [answer({ target: FALLBACK, reason: 'standby', purpose: 'standby' }), answer({ target: FALLBACK, reason: 'failed-over' }), answer({ target: FALLBACK, reason: 'override', ok: false })];
    const { names } = play([...GOOD_RUN.slice(0, 7), ...others.map((seen) => [17, seen] as const)]);
    expect(names.at(-1)).toBe('override.published');
  });

  it('pays no attention to incidents of an earlier round', () => {
    expect(play([[1, route('healthy')], [2, incident('resolved', 'inc-0')]]).names).toEqual(['route.healthy']);
  });

  describe.each(['cost', 'wrong'] as const)('when people are told and nothing is switched (%s)', (causeName) => {
    const begun = [...GOOD_RUN.slice(0, 4), [12, cause(causeName)]] as const;

    it('ends once the incident was seen and somebody was told of it, in whatever order', () => {
      for (const [first, second] of [[incident(), told], [told, incident()]] as const) {
        const { names, events } = play([...begun, [20, first], [21, second]], causeName);
        expect(names).toEqual(ALERT_EVENTS.slice(1));
        expect(events.at(-2)).toMatchObject({ incidentId: 'inc-1', receiver: 'demo-desk' });
        expect(events.at(-1)).toMatchObject({ ok: true });
      }
    });

    it('is broken when nobody is told, or only of something else', () => {
      const others: Observation[] = [{ ...told, incidentId: 'inc-0' }, { ...told, change: 'updated' }];
      expect(play([...begun, [20, incident()], ...others.map((other) => [21, other] as const), [60, tick]], causeName).events.at(-1)).toMatchObject({ ok: false, reason: expect.stringContaining('nobody was told') });
    });

    it('is broken when the route leaves its primary all the same', () => {
      expect(play([...begun, [20, incident()], [20, overridden]], causeName).events.at(-1)).toMatchObject({ ok: false, reason: expect.stringContaining('an alert alone') });
    });
  });

  it('asks for wrong answers only once it is known what the judge says of healthy ones', () => {
    const steps = [[10, route('healthy')], [13, route('healthy', true, 0.01)]] as const;
    expect(play(steps, 'wrong').actions).toEqual([{ kind: 'set-cause', cause: 'wrong', second: 13 }]);
    expect(play(steps, 'cost').actions).toEqual([{ kind: 'set-cause', cause: 'cost', second: 10 }]);
  });

  it('pays no attention to messages where the route is switched', () => {
    expect(play(GOOD_RUN.flatMap((step) => [step, [step[0], told] as const])).names).toEqual(DEMO_EVENTS.slice(1));
  });

  it('is quiet for three minutes when there is no cause, and fails on any incident', () => {
    const quiet = [...GOOD_RUN.slice(0, 4), [10 + QUIET_MS / 1000 - 1, tick] as const];
    expect(play(quiet, 'none').names).toEqual(['route.healthy']);
    expect(play([...quiet, [10 + QUIET_MS / 1000, tick]], 'none').events.at(-1)).toMatchObject({ event: 'finished', ok: true });
    expect(play([...quiet, [60, incident()]], 'none').events.at(-1)).toMatchObject({ event: 'finished', ok: false });
    expect(play(quiet, 'none').actions).toEqual([]);
  });

  it('never tells an event twice or out of order, whatever is observed in whatever order', () => {
    const anything = fc.constantFrom(...GOOD_RUN.map(([, observation]) => observation), snapshot(9, undefined), incident('open', 'inc-9'), route('suspect'), answer({ ok: false }), told);
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat({ max: 5 }), anything), { maxLength: 60 }), (steps) => {
      const { names } = play(steps.map(([, observation], i) => [steps.slice(0, i + 1).reduce((sum, [later]) => sum + later, 0), observation] as const));
      const places = names.map((name) => (DEMO_EVENTS as readonly DemoEventName[]).indexOf(name));
      expect(new Set(names).size).toBe(names.length);
      expect(places).toEqual(places.toSorted((one, other) => one - other));
    }), { numRuns: 500 });
  });
});
