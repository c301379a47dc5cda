import type { Evidence, Judgement, Sampling } from '@understudy/contracts/evidence';
import type { Policy } from '@understudy/contracts/policy';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeState, encodeState } from './decide-state-entries.ts';
import { foldEvidence } from './fold.ts';
import { type DecideState, initialDecideState } from './route-state.ts';
import { JUDGED_BASELINE } from './test-support/judged-story.ts';
import { FALLBACK, policyOf, PRIMARY, ROUTE } from './test-support/story.ts';

const RUNS = 40;
const HEALTHS = ['healthy', 'healthy', 'healthy', 'quarantined', 'drifted', 'unreachable', 'spent', 'off'] as const;
const KEY = `default/${ROUTE}`;
const target = fc.constantFrom(PRIMARY, PRIMARY, PRIMARY, FALLBACK);
const operation = fc.oneof(
  { weight: 12, arbitrary: fc.record({ op: fc.constant('calls' as const), target, count: fc.integer({ min: 1, max: 150 }), bad: fc.constantFrom(0, 0.05, 0.5, 1), hostile: fc.constantFrom(0, 0, 0.1, 0.4), refused: fc.constantFrom(0, 0, 0, 0.3), failed: fc.constantFrom(0, 0, 0, 1), plain: fc.constantFrom(0.1, 0.3, 1), lost: fc.constantFrom(0, 0, 0.2, 1) }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('health' as const), health: fc.constantFrom(...HEALTHS), passed: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('ticks' as const), count: fc.integer({ min: 1, max: 60 }), stepMs: fc.constantFrom(1_000, 1_000, 60_000) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('rule' as const), target, broken: fc.boolean(), action: fc.constantFrom('alert' as const, 'switch' as const), signal: fc.constantFrom('judge' as const, 'duration' as const, 'spend' as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('policy' as const), mode: fc.constantFrom('observe', 'suggest', 'auto', 'auto'), alone: fc.boolean(), model: fc.constantFrom(undefined, 'judge-1', 'judge-2'), rubric: fc.constantFrom('answer', 'support'), enabled: fc.constantFrom(true, true, false) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('baseline' as const), target }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('apply' as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

interface Calls extends Record<'count' | 'bad' | 'hostile' | 'refused' | 'failed' | 'plain' | 'lost', number> { readonly target: string }

const FINE = { bad: 0, hostile: 0, refused: 0, failed: 0, plain: 0.1, lost: 0 };

/** Carries operations out on one state in memory and on one that is stored and read at every record. */
class World {
  readonly state: DecideState = initialDecideState();
  readonly entries = new Map<string, Uint8Array>();
  readonly reasons: string[] = [];
  #offset = 0;
  #calls = 0;
  nowMs = 1_000_000;

  fold(evidence: Evidence): void {
    const position = { partition: 1, offset: this.#offset++ };
    const stored = decodeState(this.entries);
    const output = foldEvidence(this.state, evidence, position, () => false);
    const again = foldEvidence(stored, evidence, position, () => false);
    expect(again.decisions).toEqual(output.decisions);
    expect(again.proposals).toEqual(output.proposals);
    for (const [key, bytes] of encodeState(stored, again.touchedRoutes)) {
      if (bytes === undefined) this.entries.delete(key);
      else this.entries.set(key, bytes);
    }
    this.reasons.push(...output.decisions.map(({ reason }) => reason));
    for (const proposal of output.proposals) if (proposal.kind === 'route') this.fold({ kind: 'published', v: 1, epoch: 1, atMs: this.nowMs, project: 'default', route: ROUTE, proposalId: proposal.proposalId, version: 1 });
  }

  run(operation: Operation): void {
    switch (operation.op) {
      case 'calls': this.calls(operation); break;
      case 'health': this.health(operation.health, operation.passed); break;
      case 'ticks': for (let tick = 0; tick < operation.count; tick++) this.tick(operation.stepMs); break;
      case 'rule': this.fold({ kind: 'threshold', v: 1, epoch: 1, atMs: this.nowMs, project: 'default', route: ROUTE, target: operation.target, rule: `${operation.signal} at most 1`, signal: operation.signal, statistic: 'mean', limit: 1, side: 'max', observed: 2, calls: 9, broken: operation.broken, action: operation.action, fromMs: this.nowMs - 60_000, untilMs: this.nowMs }); break;
      case 'policy': this.policy(operation); break;
      case 'baseline': this.baseline(operation.target); break;
      case 'apply': this.fold({ kind: 'command', v: 1, atMs: this.nowMs, project: 'default', route: ROUTE, commandId: 'c', actor: 'ann', reason: 'test', command: { name: 'apply', incidentId: this.state.routes[KEY]?.incident?.incidentId ?? '' } }); break;
    }
  }

  tick(stepMs: number): void {
    this.nowMs += stepMs;
    this.fold({ kind: 'tick', v: 1, epoch: 1, atMs: this.nowMs });
  }

  health(health: (typeof HEALTHS)[number], passed: boolean): void {
    this.fold({ kind: 'judge', v: 1, project: 'default', atMs: this.nowMs, health, sinceMs: this.nowMs, text: health, ...(passed ? { anchorsPassedAtMs: this.nowMs } : {}) });
  }

  policy({ mode, alone, model, rubric, enabled }: Omit<Extract<Operation, { op: 'policy' }>, 'op'>): void {
    const policy = { ...policyOf({ mode, judge: { alone, rubric, enabled } }), ...(model === undefined ? {} : { judge: { model } as Policy['judge'] }) };
    this.fold({ kind: 'policy', v: 1, epoch: 1, atMs: this.nowMs, hash: `p${this.#offset}`, policy });
  }

  baseline(of: string): void {
    const usual = { kind: 'rate' as const, calls: 200, events: 0 };
    this.fold({ kind: 'baseline', v: 1, epoch: 1, atMs: this.nowMs, project: 'default', route: ROUTE, target: of, signals: { refusal: usual, error: usual, judge: JUDGED_BASELINE } });
  }

  calls(calls: Calls): void {
    for (let index = 0; index < calls.count; index++) {
      this.nowMs += 50;
      this.#calls += 1;
      this.#call(calls);
    }
  }

  /** Goes where the entry sends the primary's: as a probe while it is probed. */
  #call({ target: of, bad, hostile, refused, failed, plain, lost }: Calls): void {
    const sampling: Sampling = { flagged: 1, plain };
    const isHit = (share: number) => Math.floor((this.#calls + 1) * share) > Math.floor(this.#calls * share);
    const call = { traceId: `t${this.#calls}`, spanId: 's', target: of, purpose: this.#purposeOf(of) };
    const flagged = this.#calls % 20 === 0;
    const drawn = flagged || isHit(plain);
    const event = (share: number) => (isHit(share) ? 1 : 0);
    this.fold({ kind: 'scores', v: 1, project: 'default', route: ROUTE, atMs: this.nowMs, targets: [PRIMARY, FALLBACK], sampling, scores: [{ ...call, signals: { error: event(failed), refusal: event(refused) }, draw: { flagged, drawn } }] });
    if (!drawn || isHit(lost)) return;
    const outcome: Judgement['outcome'] = isHit(hostile) ? { kind: 'excluded', reason: 'x' } : { kind: 'judged', score: 1 - event(bad) };
    this.fold({ kind: 'judgements', v: 1, project: 'default', route: ROUTE, atMs: this.nowMs, judgements: [{ ...call, flagged, sampling, outcome }] });
  }

  #purposeOf(of: string): 'serve' | 'probe' | 'standby' {
    if (of !== PRIMARY) return 'standby';
    return this.state.routes[KEY]?.phase.name === 'probing' ? 'probe' : 'serve';
  }
}

function started(): World {
  const world = new World();
  world.policy({ mode: 'auto', alone: false, model: 'judge-1', rubric: 'answer', enabled: true });
  world.calls({ target: FALLBACK, count: 30, ...FINE });
  world.calls({ target: PRIMARY, count: 60, ...FINE });
  world.baseline(PRIMARY);
  world.health('healthy', false);
  return world;
}

it('decides the same about what the judge says when the state is stored and read at every record, and stores all that it changes', () => {
  fc.assert(fc.property(fc.array(operation, { minLength: 1, maxLength: 20 }), (operations) => {
    const world = started();
    for (const operation of operations) world.run(operation);
    expect(JSON.parse(JSON.stringify(decodeState(world.entries)))).toEqual(JSON.parse(JSON.stringify(world.state)));
  }), { numRuns: RUNS });
});

it.each(['judge-1' as const, undefined])('finds its way back to healthy, whatever was, once all is well and judged by %s', (model) => {
  fc.assert(fc.property(fc.array(operation, { minLength: 1, maxLength: 15 }), (operations) => {
    const world = started();
    for (const operation of operations) world.run(operation);
    world.policy({ mode: 'auto', alone: false, model, rubric: 'answer', enabled: true });
    for (let round = 0; round < 60 && (round < 2 || !isWell(world)); round++) wellAgain(world, model !== undefined);
    expect(world.state.routes[KEY]?.phase.name).toBe('healthy');
    expect(world.state.routes[KEY]?.incident).toBeUndefined();
  }), { numRuns: RUNS / 2 });
});

/** An alert ends when as many calls went well as its proof takes, which may be after the route is healthy. */
function isWell({ state }: World): boolean {
  const route = state.routes[KEY];
  return route?.phase.name === 'healthy' && route.incident === undefined;
}

function wellAgain(world: World, isJudged: boolean): void {
  for (let minute = 0; minute < 8; minute++) world.tick(60_000);
  world.health(isJudged ? 'healthy' : 'off', true);
  const calls = { ...FINE, plain: 1, lost: isJudged ? 0 : 1 };
  world.calls({ target: FALLBACK, count: 30, ...calls });
  world.calls({ target: PRIMARY, count: 100, ...calls });
  for (const signal of ['judge', 'duration', 'spend'] as const) world.run({ op: 'rule', target: PRIMARY, broken: false, action: 'switch', signal });
}
