import type { BaselineEvidence, CallScore, Evidence } from '@understudy/contracts/evidence';
import { type Policy, policySchema } from '@understudy/contracts/policy';
import type { RouteProposal } from '@understudy/contracts/proposal';
import type { SignalValues } from '@understudy/contracts/signal';
import { describe, expect, it } from 'vitest';
import { foldEvidence } from './fold.ts';
import { type DecideState, decideStateFromJson, initialDecideState, type RouteState } from './route-state.ts';

const PRIMARY = 'openai/large';
const FALLBACK = 'openai/small';
const ROUTE = 'support.answer';

function policyOf(route: object = {}): Policy {
  return policySchema.parse({
    version: 1,
    routes: { [ROUTE]: { mode: 'auto', signals: { refusal: { tolerance: 0.1 }, error: { tolerance: 0.1 } }, standby: { percent: 10 }, probe: { percent: 40 }, holdDown: { base: '5s', cap: '1h' }, ramp: { steps: [100], every: '1s' }, recovery: { alpha: 0.01, cleanFor: '5s' }, ...route } },
  });
}

/** A route's life, told in calls and seconds. The leader publishes everything unless told to refuse. */
class Story {
  state: DecideState;
  readonly log: Evidence[] = [];
  readonly reasons: string[] = [];
  entry: RouteProposal['entry'];
  refuseWith: string | undefined;
  #offset = 0;
  #calls = 0;
  #nowMs = 1_000_000;

  constructor(policy: Policy) {
    this.state = initialDecideState(policy);
  }

  fold(evidence: Evidence): void {
    this.log.push(evidence);
    const output = foldEvidence(this.state, evidence, { partition: 0, offset: this.#offset++ }, () => false);
    this.reasons.push(...output.decisions.map((decision) => decision.reason));
    for (const proposal of output.proposals) {
      if (proposal.kind !== 'route') continue;
      const facts = { v: 1 as const, epoch: 1, atMs: this.#nowMs, project: 'default', route: ROUTE, proposalId: proposal.proposalId };
      if (this.refuseWith !== undefined && proposal.effect === 'override') this.fold({ kind: 'refused', ...facts, reason: this.refuseWith });
      else {
        this.entry = proposal.entry;
        this.fold({ kind: 'published', ...facts, version: this.#offset });
      }
    }
  }

  calls(count: number, target: string, purpose: CallScore['purpose'], signals: SignalValues): this {
    for (let index = 0; index < count; index++) {
      this.#nowMs += 50;
      this.#calls += 1;
      this.fold({ kind: 'scores', v: 1, project: 'default', route: ROUTE, atMs: this.#nowMs, targets: [PRIMARY, FALLBACK], scores: [{ traceId: `t${this.#calls}`, spanId: 's', target, purpose, signals }] });
    }
    return this;
  }

  seconds(count: number): this {
    for (let second = 0; second < count; second++) {
      this.#nowMs += 1_000;
      this.fold({ kind: 'tick', v: 1, epoch: 1, atMs: this.#nowMs });
    }
    return this;
  }

  learned(): this {
    this.calls(30, FALLBACK, 'standby', GOOD).calls(200, PRIMARY, 'serve', GOOD);
    const baseline: BaselineEvidence = { kind: 'baseline', v: 1, epoch: 1, atMs: this.#nowMs, project: 'default', route: ROUTE, target: PRIMARY, signals: { refusal: { kind: 'rate', calls: 200, events: 0 }, error: { kind: 'rate', calls: 200, events: 0 } } };
    this.fold(baseline);
    return this;
  }

  get route(): RouteState {
    const route = this.state.routes[`default/${ROUTE}`];
    if (route === undefined) throw new Error('no such route');
    return route;
  }
}

const GOOD: SignalValues = { error: 0, refusal: 0 };
const REFUSED: SignalValues = { error: 0, refusal: 1 };

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
    story.fold({ kind: 'command', v: 1, atMs: story.state.nowMs, project: 'default', route: ROUTE, commandId: 'c1', actor: 'ann', reason: 'test', command: { name: 'pin', target: FALLBACK, untilMs: story.state.nowMs + 10_000 } });
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

  it('folds to the same state and the same decisions from a stored state', () => {
    const whole = new Story(policyOf()).learned().calls(20, PRIMARY, 'serve', REFUSED).seconds(6).calls(58, PRIMARY, 'probe', GOOD);
    let state = initialDecideState(policyOf());
    const reasons: string[] = [];
    whole.log.forEach((evidence, offset) => {
      state = decideStateFromJson(JSON.stringify(state));
      reasons.push(...foldEvidence(state, evidence, { partition: 0, offset }, () => false).decisions.map((decision) => decision.reason));
    });
    expect(reasons).toEqual(whole.reasons);
  });
});

it('only proposes in suggest, and switches when a person applies it', () => {
  const story = new Story(policyOf({ mode: 'suggest' })).learned().calls(20, PRIMARY, 'serve', REFUSED);
  expect(story.route.phase.name).toBe('degraded');
  expect(story.route.incident?.suggestion).toContain(FALLBACK);
  story.fold({ kind: 'command', v: 1, atMs: story.state.nowMs, project: 'default', route: ROUTE, commandId: 'c', actor: 'ann', reason: 'yes', command: { name: 'apply', incidentId: story.route.incident?.incidentId ?? '' } });
  expect(story.route.phase.name).toBe('overridden');
});

it('protects a new route by `max` while it is still learning', () => {
  const story = new Story(policyOf({ signals: { error: { max: 0.2 } } }));
  story.calls(30, FALLBACK, 'standby', GOOD).calls(40, PRIMARY, 'serve', { error: 1 });
  expect(story.route.phase.name).toBe('overridden');
});

it('keeps a route named __proto__ apart from everything else', () => {
  const story = new Story(policyOf());
  story.fold({ kind: 'scores', v: 1, project: '', route: '__proto__', atMs: 1, targets: ['__proto__'], scores: [{ traceId: 't', spanId: 's', target: '__proto__', purpose: 'serve', signals: GOOD }] });
  expect(Object.keys(decideStateFromJson(JSON.stringify(story.state)).routes)).toEqual(['/__proto__']);
  expect(({} as { id?: unknown }).id).toBeUndefined();
});
