import type { DecisionRow } from '@understudy/contracts/decision';
import type { BaselineEvidence, Evidence } from '@understudy/contracts/evidence';
import type { Proposal, RouteProposal } from '@understudy/contracts/proposal';
import { snapshotSchema } from '@understudy/contracts/snapshot';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { baselineFromValues } from '../baselines/baseline-from-values.ts';
import { applyEntries, decodeState, encodeState } from './decide-state-entries.ts';
import { foldEvidence } from './fold.ts';
import { type DecideState, initialDecideState, type RouteState } from './route-state.ts';
import { policyOf, ROUTE } from './test-support/story.ts';

const RUNS = 30;
const TARGETS = ['a/one', 'b/two', '__proto__'];
const MODES = ['observe', 'suggest', 'auto'] as const;
const BASE_MS = 1_000_000;

/** What may happen to a route; times jump, epochs are stale, answers are late, lost, doubled or forged. */
const target = fc.constantFrom(...TARGETS);
/** A piece of an ordinary story: the primary bad, some time, and its probes. */
const chapter = fc.record({ op: fc.constant('chapter' as const), bad: fc.constantFrom(0.5, 1), hard: fc.boolean(), seconds: fc.integer({ min: 1, max: 30 }), probes: fc.integer({ min: 40, max: 140 }), probesBad: fc.constantFrom(0, 0, 0, 1), fallbackBad: fc.constantFrom(0, 0, 0, 1), value: fc.constantFrom(1, 1, 5) });
const operation = fc.oneof(
  { weight: 5, arbitrary: chapter },
  { weight: 8, arbitrary: fc.record({ op: fc.constant('calls' as const), target, count: fc.integer({ min: 1, max: 60 }), bad: fc.constantFrom(0, 0, 0.05, 0.5, 1), hard: fc.boolean(), purpose: fc.constantFrom('serve', 'probe', 'standby', 'shadow'), order: fc.shuffledSubarray(TARGETS, { minLength: 1 }), same: fc.constantFrom(true, true, true, true, true, false), value: fc.constantFrom(1, 1, 1, 0, 5, -3, 1e308) }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('ticks' as const), count: fc.integer({ min: 1, max: 90 }), stepMs: fc.constantFrom(1_000, 1_000, 1_000, -5_000, 600_000), epoch: fc.constantFrom(1, 1, 1, 0, 2) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('baseline' as const), target, events: fc.integer({ min: 0, max: 60 }), constant: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('policy' as const), mode: fc.constantFrom(...MODES), steps: fc.constantFrom([100], [10, 50, 100]), standby: fc.constantFrom(0, 10), max: fc.option(fc.constantFrom(0.05, 0.5), { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('command' as const), name: fc.constantFrom('pin', 'release', 'apply'), target }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('freeze' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('thresholds' as const), target, threshold: fc.constantFrom(1, 1e5, 1e9) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('leader' as const), does: fc.constantFrom('publish', 'refuse', 'lose', 'twice') }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

/** Carries operations out on one state in memory and on one that is stored and read at every record. */
class World {
  readonly state: DecideState = initialDecideState();
  readonly entries = new Map<string, Uint8Array>();
  /** Kept decoded, as a follower of the log does it. */
  followed: DecideState = initialDecideState();
  readonly decisions: DecisionRow[] = [];
  readonly proposals: { proposal: RouteProposal; route: RouteState | undefined; mode: string }[] = [];
  #offset = 0;
  #calls = 0;
  #hash = 0;
  #leader = 'publish';
  nowMs = BASE_MS;
  order: string[] = TARGETS;

  fold(evidence: Evidence): void {
    const position = { partition: 1, offset: this.#offset++ };
    const stored = decodeState(this.entries);
    const output = foldEvidence(this.state, evidence, position, () => false);
    const again = foldEvidence(stored, evidence, position, () => false);
    expect(again.decisions).toEqual(output.decisions);
    expect(again.proposals).toEqual(output.proposals);
    const written = encodeState(stored, again.touchedRoutes);
    for (const [key, bytes] of written) {
      if (bytes === undefined) this.entries.delete(key);
      else this.entries.set(key, bytes);
    }
    this.#follow(written);
    this.decisions.push(...output.decisions);
    for (const proposal of output.proposals) this.#answer(proposal);
  }

  #follow(written: ReadonlyMap<string, Uint8Array | undefined>): void {
    const there = new Map([...written].filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined));
    if (there.size < written.size) this.followed = decodeState(this.entries);
    else applyEntries(this.followed, there);
  }

  #answer(proposal: Proposal): void {
    if (proposal.kind !== 'route') return;
    const route = this.state.routes[`default/${ROUTE}`];
    this.proposals.push({ proposal, route: route === undefined ? undefined : structuredClone(route), mode: this.state.policy.routes[ROUTE]?.mode ?? 'suggest' });
    const facts = { v: 1 as const, epoch: this.state.epoch, atMs: this.nowMs, project: 'default', route: ROUTE, proposalId: proposal.proposalId };
    if (this.#leader === 'refuse') this.fold({ kind: 'refused', ...facts, reason: 'no' });
    if (this.#leader === 'publish' || this.#leader === 'twice') this.fold({ kind: 'published', ...facts, version: 1 });
    if (this.#leader === 'twice') this.fold({ kind: 'published', ...facts, version: 2 });
  }

  run(operation: Operation): void {
    const facts = { v: 1 as const, epoch: 1, atMs: this.nowMs, project: 'default', route: ROUTE };
    switch (operation.op) {
      case 'calls': this.#call(operation); break;
      case 'chapter': {
        const calls = { op: 'calls' as const, hard: operation.hard, order: TARGETS, same: true, value: operation.value };
        this.run({ ...calls, target: 'a/one', count: 30, bad: operation.bad, purpose: 'serve' });
        this.run({ ...calls, target: 'b/two', count: 30, bad: operation.fallbackBad, purpose: 'serve', value: 1 });
        this.run({ op: 'ticks', count: operation.seconds, stepMs: 1_000, epoch: 1 });
        this.run({ ...calls, target: 'a/one', count: operation.probes, bad: operation.probesBad, purpose: 'probe', value: 1 });
        this.run({ op: 'ticks', count: operation.seconds, stepMs: 1_000, epoch: 1 });
        break;
      }
      case 'ticks':
        for (let tick = 0; tick < operation.count; tick++) {
          this.nowMs = Math.max(BASE_MS, this.nowMs + operation.stepMs);
          this.fold({ kind: 'tick', v: 1, epoch: operation.epoch, atMs: this.nowMs });
        }
        break;
      case 'baseline': this.fold({ kind: 'baseline', ...facts, target: operation.target, signals: baselines(operation.events, operation.constant) }); break;
      case 'policy': this.fold({ kind: 'policy', v: 1, epoch: 1, atMs: this.nowMs, hash: `${this.#hash++}`, policy: policyOf({ mode: operation.mode, ramp: { steps: operation.steps, every: '2s' }, standby: { percent: operation.standby }, signals: { refusal: { tolerance: 0.1, ...(operation.max === undefined ? {} : { max: operation.max }) } } }) }); break;
      case 'command': {
        const command = operation.name === 'pin' ? { name: 'pin' as const, target: operation.target, untilMs: this.nowMs + 30_000 } : operation.name === 'release' ? { name: 'release' as const } : { name: 'apply' as const, incidentId: this.state.routes[`default/${ROUTE}`]?.incident?.incidentId ?? 'none' };
        this.fold({ kind: 'command', v: 1, atMs: this.nowMs, project: 'default', route: ROUTE, commandId: 'c', actor: 'ann', reason: 'x', command });
        break;
      }
      case 'freeze': this.fold({ kind: 'freeze', v: 1, epoch: 1, atMs: this.nowMs, reason: 'x', ...(operation.on ? { untilMs: this.nowMs + 20_000 } : {}) }); break;
      case 'thresholds': this.fold({ kind: 'thresholds', ...facts, streams: [{ target: operation.target, signal: 'refusal', threshold: operation.threshold }] }); break;
      case 'leader': this.#leader = operation.does; break;
    }
  }

  #call(calls: Extract<Operation, { op: 'calls' }>): void {
    if (!calls.same) this.order = calls.order;
    for (let index = 0; index < calls.count; index++) {
      this.nowMs += 50;
      this.#calls += 1;
      const bad = calls.bad > 0 && index % Math.round(1 / calls.bad) === 0;
      const signals = bad && calls.hard ? { error: 1 } : { error: 0, refusal: bad ? 1 : 0, length: (calls.hard ? calls.value : 1) * (this.#calls % 37), cost_per_call: (calls.hard ? 1 : calls.value) * (1 + (this.#calls % 11)) };
      this.fold({ kind: 'scores', v: 1, project: 'default', route: ROUTE, atMs: this.nowMs, targets: this.order, scores: [{ traceId: `${this.#calls}`, spanId: 's', target: calls.target, purpose: calls.purpose as 'serve', signals }] });
    }
  }
}

function baselines(events: number, constant: boolean): BaselineEvidence['signals'] {
  return {
    refusal: { kind: 'rate', calls: 60, events }, error: { kind: 'rate', calls: 200, events: 0 },
    length: baselineFromValues('length', Array.from({ length: 200 }, (_, index) => (constant ? 1 : index % 37))),
    cost_per_call: baselineFromValues('cost_per_call', Array.from({ length: 200 }, (_, index) => 1 + (index % 11))),
  };
}

const LEGAL: Readonly<Record<string, readonly string[]>> = {
  unknown: ['healthy'],
  healthy: ['suspect', 'degraded', 'exhausted', 'unknown'],
  suspect: ['healthy', 'degraded', 'exhausted', 'unknown'],
  degraded: ['overridden', 'exhausted', 'healthy', 'unknown'],
  overridden: ['probing', 'exhausted', 'degraded', 'unknown'],
  probing: ['overridden', 'recovering', 'exhausted', 'degraded', 'unknown'],
  recovering: ['healthy', 'degraded', 'exhausted', 'unknown'],
  exhausted: ['degraded', 'healthy', 'unknown'],
};

function everyStory(check: (world: World) => void): void {
  fc.assert(fc.property(fc.array(operation, { minLength: 5, maxLength: 30 }), (operations) => {
    const world = new World();
    world.run({ op: 'policy', mode: 'auto', steps: [100], standby: 10, max: undefined });
    world.run({ op: 'calls', target: TARGETS[1] ?? '', count: 25, bad: 0, hard: false, purpose: 'standby', order: TARGETS, same: true, value: 1 });
    world.run({ op: 'calls', target: TARGETS[0] ?? '', count: 25, bad: 0, hard: false, purpose: 'serve', order: TARGETS, same: true, value: 1 });
    world.run({ op: 'baseline', target: TARGETS[0] ?? '', events: 0, constant: false });
    for (const one of operations) world.run(one);
    check(world);
  }), { numRuns: RUNS, seed: 20_261_124 });
}

it('makes only legal transitions, and decides the same when its state is stored and read at every record', () => {
  const reached = new Map<string, number>();
  everyStory((world) => {
    for (const { reason } of world.decisions) reached.set(reason, (reached.get(reason) ?? 0) + 1);
    for (const { state_from, state_to, reason } of world.decisions) {
      if (state_from !== state_to) expect(LEGAL[state_from], `${state_from} → ${state_to} (${reason})`).toContain(state_to);
    }
  });
  // The stories are worth telling only when they get somewhere.
  for (const reason of ['override-published', 'hold-down-over', 'recovery-proved', 'probe-failed', 'fallback-degraded', 'signal-degraded', 'alert-raised', 'recovered']) expect(reached.get(reason), reason).toBeGreaterThan(0);
});

it('publishes only declared targets whose shares sum to 100, and never takes traffic from a primary without proof, nor in observe', () => {
  everyStory((world) => {
    for (const { proposal, route, mode } of world.proposals) {
      if (proposal.entry !== undefined) {
        expect(snapshotSchema.shape.routes.valueType.safeParse(proposal.entry).success).toBe(true);
        for (const { id } of proposal.entry.targets) expect(route?.appOrder).toContain(id);
      }
      if (proposal.effect !== 'override') continue;
      expect(mode).not.toBe('observe');
      expect(route?.incident).toMatchObject({ action: 'switch', state: 'open' });
      expect(route?.incident?.statistic).toBeGreaterThanOrEqual(Math.max(1e5, route?.incident?.threshold ?? Number.POSITIVE_INFINITY));
    }
  });
});

it('keeps nothing in its state that JSON cannot hold, and stores every route that it changes', () => {
  everyStory((world) => {
    expectFinite(world.state, 'state');
    expect(decodeState(world.entries)).toEqual(JSON.parse(JSON.stringify(world.state)));
    expect(world.followed).toEqual(decodeState(world.entries));
    expect([...world.entries.keys()].filter((key) => key.startsWith('route/')).length).toBe(Object.keys(world.state.routes).length);
  });
});

function expectFinite(value: unknown, path: string): void {
  if (typeof value === 'number') expect(Number.isFinite(value), path).toBe(true);
  if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) expectFinite(inner, `${path}.${key}`);
}
