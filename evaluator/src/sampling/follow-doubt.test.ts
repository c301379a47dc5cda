import { type Policy, policySchema } from '@understudy/contracts/policy';
import type { JudgeHealth } from '@understudy/contracts/evidence';
import type { SignalValues } from '@understudy/contracts/signal';
import { afterEach, describe, expect, it } from 'vitest';
import { FALLBACK, PRIMARY, REFUSED, ROUTE, Story } from '../policy/test-support/story.ts';
import { type DecideState, initialDecideState, type RouteState } from '../policy/route-state.ts';
import { type Sampler, startSampler } from './follow-doubt.ts';

const BUSY = { flaggedShare: 0.05, calls: 10_000, draws: 900, observedMs: 3_600_000 };
const QUIET = { flaggedShare: 0.05, calls: 6, draws: 1, observedMs: 3_600_000 };
const judge = { model: 'judge-1', baseUrl: 'http://127.0.0.1:1/v1' };

function policyWith(route: object = {}, judging: object | null = judge): Policy {
  return policySchema.parse({
    version: 1, ...(judging === null ? {} : { judge: judging }),
    routes: { [ROUTE]: { mode: 'auto', signals: { refusal: { tolerance: 0.1 }, error: { tolerance: 0.1 } }, standby: { percent: 10 }, probe: { percent: 40 }, holdDown: { base: '5s', cap: '1h' }, ramp: { steps: [100], every: '1s' }, ...route } },
  });
}

let sampler: Sampler | undefined;
afterEach(async () => {
  await sampler?.stop();
  sampler = undefined;
});

/** A sampler that has taken its first look. */
async function started(policy: Policy, states: DecideState[] = []): Promise<Sampler> {
  const running = startSampler({ states: { read: async () => states }, policy: () => policy, say: () => undefined });
  sampler = running;
  await new Promise((resolve) => setImmediate(resolve));
  return running;
}

function told(health: JudgeHealth, sinceMs: number): DecideState {
  return { ...initialDecideState(), judge: { health, sinceMs, text: '', anchorsPassedAtMs: undefined } };
}

function suspectStory(signals: SignalValues): Story {
  const story = new Story(policyWith()).learned();
  for (let call = 0; call < 15 && story.route.phase.name === 'healthy'; call++) story.calls(1, PRIMARY, 'serve', signals);
  return story;
}

const asked = { project: 'default', route: ROUTE, target: PRIMARY, purpose: 'serve' } as const;

describe('what is planned for a target', () => {
  it('is the policy\'s share, also before any state is known; a route may have its own', async () => {
    expect((await started(policyWith())).planFor(asked, BUSY)).toEqual({ sampling: { flagged: 1, plain: 0.053 }, drawnFor: 'sample' });
    await sampler?.stop();
    expect((await started(policyWith({ judge: { samplePercent: 100 } }))).planFor(asked, BUSY)?.sampling).toEqual({ flagged: 1, plain: 1 });
  });

  it('is every call while a quiet target has too few judgements in the hour', async () => {
    expect((await started(policyWith())).planFor(asked, QUIET)).toEqual({ sampling: { flagged: 1, plain: 1 }, drawnFor: 'floor' });
    await sampler?.stop();
    expect((await started(policyWith({ judge: { floorPerHour: 0 } }))).planFor(asked, QUIET)?.drawnFor).toBe('sample');
  });

  it('is nothing without a judge, for a route that is not judged, and for another project', async () => {
    expect((await started(policyWith({}, null))).planFor(asked, BUSY)).toBeUndefined();
    await sampler?.stop();
    expect((await started(policyWith({ judge: { enabled: false } }))).planFor(asked, BUSY)).toBeUndefined();
    await sampler?.stop();
    expect((await started(policyWith())).planFor({ ...asked, project: 'other' }, BUSY)).toBeUndefined();
  });

  it.each(['spent', 'quarantined', 'drifted', 'unreachable', 'off'] as const)('is nothing while the judge is %s: heuristics only', async (health) => {
    expect((await started(policyWith(), [told('healthy', 1), told(health, 2), told('healthy', 0)])).planFor(asked, BUSY)).toBeUndefined();
  });

  it('is five times as much where a heuristic or the judge raised suspicion, and not for the other target', async () => {
    const story = suspectStory(REFUSED);
    expect(story.route.phase.name).toBe('suspect');
    const running = await started(policyWith(), [story.state]);
    expect(running.planFor(asked, BUSY)).toEqual({ sampling: { flagged: 1, plain: 0.26 }, drawnFor: 'suspicion' });
    expect(running.planFor({ ...asked, target: FALLBACK }, BUSY)?.drawnFor).toBe('sample');
  });

  it('goes on where there is doubt when the day\'s budget is spent: a part of it is reserved for that', async () => {
    const story = suspectStory(REFUSED);
    const running = await started(policyWith(), [{ ...story.state, judge: { health: 'spent', sinceMs: 1, text: '', anchorsPassedAtMs: undefined } }]);
    expect(running.planFor(asked, BUSY)?.drawnFor).toBe('suspicion');
    expect(running.planFor({ ...asked, target: FALLBACK }, BUSY)).toBeUndefined();
  });

  it('stays as it is where calls only fail: judging says nothing about that', async () => {
    const story = suspectStory({ error: 1 });
    expect(story.route.phase.name).toBe('suspect');
    expect((await started(policyWith(), [story.state])).planFor(asked, BUSY)?.drawnFor).toBe('sample');
  });

  it('is every probe of a target whose judge signal has to be proved good again', async () => {
    const story = new Story(policyWith()).learned();
    const proof = { components: [1], pRec: 0.1, side: 'up' as const, probes: 0, failures: 0, attempts: 1 };
    const route = story.route as RouteState;
    route.phase = { name: 'probing', sinceMs: 0, signals: ['judge'], fallback: FALLBACK, recovery: { judge: proof }, hardFailuresInARow: 0 };
    const running = await started(policyWith(), [story.state]);
    expect(running.planFor({ ...asked, purpose: 'probe' }, BUSY)).toEqual({ sampling: { flagged: 1, plain: 1 }, drawnFor: 'probe' });
    expect(running.planFor(asked, BUSY)?.drawnFor).toBe('suspicion');
    expect(running.planFor({ ...asked, target: FALLBACK, purpose: 'serve' }, BUSY)?.drawnFor).toBe('sample');
  });
});

it('keeps what was known last when the states cannot be read, and says so', async () => {
  const said: string[] = [];
  sampler = startSampler({ states: { read: async () => Promise.reject(new Error('away')) }, policy: () => policyWith(), say: (text) => said.push(text) });
  await new Promise((resolve) => setImmediate(resolve));
  expect(sampler.planFor(asked, BUSY)?.drawnFor).toBe('sample');
  expect(said).toEqual(['cannot read what the choice of judged calls depends on: away; trying again']);
});
