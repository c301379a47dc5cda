import { DEFAULT_POLICY } from '@understudy/contracts/policy';
import type { Proposal, RouteProposal } from '@understudy/contracts/proposal';
import type { Snapshot } from '@understudy/contracts/snapshot';
import { describe, expect, it } from 'vitest';
import { type LeaderInput, lead } from './lead.ts';
import { initialLeaderState, leaderStateFromJson } from './leader-state.ts';

const T0 = 1_800_000_000_000;

function turn(overrides: Partial<LeaderInput> = {}): LeaderInput {
  return { epoch: 7, nowMs: T0, proposals: [], policy: DEFAULT_POLICY, policyHash: 'p1', findings: [], active: [], sign: JSON.stringify, ...overrides };
}

function override(route: string, proposalId = `pro-${route}`, effect: RouteProposal['effect'] = 'override'): RouteProposal {
  return { kind: 'route', v: 1, project: 'default', route, proposalId, atMs: T0, effect, entry: { targets: [{ id: 'openai/small', percent: 100, purpose: 'serve' }], reason: 'refusal' } };
}

function freeze(untilMs?: number): Proposal {
  return { kind: 'freeze', v: 1, project: 'default', proposalId: 'f', atMs: T0, reason: 'ann: look first', ...(untilMs === undefined ? {} : { untilMs }) };
}

const active = (count: number, suspect = 0) => Array.from({ length: count }, (_, index) => ({ route: `r${index}`, primary: `p${index}/m`, suspect: index < suspect }));
const reasonsIn = (output: ReturnType<typeof lead>) => output.toRoute.map(({ evidence }) => (evidence.kind === 'refused' ? evidence.reason : evidence.kind));

describe('a new leader', () => {
  it('publishes at once under its own epoch, from version 1, and tells everybody the policy and the time', () => {
    const state = { ...initialLeaderState(), epoch: 3, version: 90, lastPublishedMs: T0, policyHash: 'p1' };
    const output = lead(state, turn());
    expect(output.published).toMatchObject({ version: 1 });
    expect(output.toAll.map((evidence) => evidence.kind)).toEqual(['policy', 'tick']);
    expect(output.toAll.every((evidence) => 'epoch' in evidence && evidence.epoch === 7)).toBe(true);
  });

  it('keeps the entries of the one before it', () => {
    const state = initialLeaderState();
    lead(state, turn({ proposals: [override('r')] }));
    const next = leaderStateFromJson(JSON.stringify(state));
    const snapshot: Snapshot = JSON.parse(lead(next, turn({ epoch: 9 })).published?.jws ?? '');
    expect(snapshot.routes).toHaveProperty('r');
  });
});

it('takes no entry of one project into the snapshot of another', () => {
  const state = initialLeaderState();
  lead(state, turn({ proposals: [override('r')] }));
  const moved = leaderStateFromJson(JSON.stringify(state));
  const output = lead(moved, turn({ nowMs: T0 + 250, policy: { ...DEFAULT_POLICY, project: 'other' }, policyHash: 'p2' }));
  expect(JSON.parse(output.published?.jws ?? '')).toMatchObject({ project: 'other', routes: {} });
  expect(JSON.parse(lead(moved, turn({ nowMs: T0 + 500, policyHash: 'p3', proposals: [override('s')] })).published?.jws ?? '').routes).toEqual({ s: expect.anything() });
});

it('publishes the whole state every 10 s and ticks every second, no more', () => {
  const state = initialLeaderState();
  let published = 0;
  let ticks = 0;
  for (let ms = 0; ms < 60_000; ms += 250) {
    const output = lead(state, turn({ nowMs: T0 + ms }));
    published += output.published === undefined ? 0 : 1;
    ticks += output.toAll.filter((evidence) => evidence.kind === 'tick').length;
  }
  expect([published, ticks]).toEqual([6, 60]);
});

it('answers an accepted proposal with the version that carries it', () => {
  const state = initialLeaderState();
  const output = lead(state, turn({ proposals: [override('r')] }));
  expect(output.toRoute[0]?.evidence).toMatchObject({ kind: 'published', proposalId: 'pro-r', version: output.published?.version });
});

it('takes an entry away when the proposal has none', () => {
  const state = initialLeaderState();
  lead(state, turn({ proposals: [override('r')] }));
  const { entry: _, ...without } = override('r', 'pro-2', 'return');
  const snapshot: Snapshot = JSON.parse(lead(state, turn({ proposals: [without] })).published?.jws ?? '');
  expect(snapshot.routes).toEqual({});
});

it('refuses another project', () => {
  const output = lead(initialLeaderState(), turn({ proposals: [{ ...override('r'), project: 'other' }] }));
  expect(reasonsIn(output)[0]).toContain('other');
});

it('refuses an entry that makes the snapshot too large, and keeps what was there', () => {
  const state = initialLeaderState();
  lead(state, turn({ proposals: [override('small')] }));
  const tight = (snapshot: Snapshot) => (Object.keys(snapshot.routes).length > 1 ? undefined : JSON.stringify(snapshot));
  const output = lead(state, turn({ proposals: [override('big', 'pro-big', 'standby')], sign: tight }));
  expect(reasonsIn(output)[0]).toContain('64 KiB');
  expect(Object.keys(state.entries)).toEqual(['small']);
});

describe('while frozen', () => {
  it('lets no route leave its primary, lets routes return, and says so in the snapshot', () => {
    const state = initialLeaderState();
    lead(state, turn({ proposals: [freeze(T0 + 60_000)] }));
    const output = lead(state, turn({ nowMs: T0 + 1, proposals: [override('r'), override('s', 'pro-s', 'return')] }));
    expect(reasonsIn(output)).toEqual(['frozen: ann: look first', 'published']);
    expect(JSON.parse(output.published?.jws ?? '{}')).toMatchObject({ frozen: true });
  });

  it('thaws when its time is over', () => {
    const state = initialLeaderState();
    lead(state, turn({ proposals: [freeze(T0 + 1_000)] }));
    expect(reasonsIn(lead(state, turn({ nowMs: T0 + 1_001, proposals: [override('r')] })))).toEqual(['published']);
  });
});

describe('blast radius', () => {
  it('with fewer than 4 routes: one override a provider and 10 minutes', () => {
    const state = initialLeaderState();
    const routes = [{ route: 'a', primary: 'openai/x', suspect: false }, { route: 'b', primary: 'openai/y', suspect: false }, { route: 'c', primary: 'anthropic/z', suspect: false }];
    expect(reasonsIn(lead(state, turn({ active: routes, proposals: [override('a'), override('b'), override('c')] })))).toMatchObject(['published', expect.stringContaining('one override a provider'), 'published']);
    expect(reasonsIn(lead(state, turn({ nowMs: T0 + 600_001, active: routes, proposals: [override('b')] })))).toEqual(['published']);
  });

  it('from 4 routes: a tenth of them in 10 minutes, at least one', () => {
    const state = initialLeaderState();
    const proposals = ['r0', 'r1', 'r2'].map((route) => override(route));
    expect(reasonsIn(lead(state, turn({ active: active(20), proposals })))).toMatchObject(['published', 'published', expect.stringContaining('blast radius')]);
  });

  it('stops when half of the routes look bad at once', () => {
    expect(reasonsIn(lead(initialLeaderState(), turn({ active: active(6, 3), proposals: [override('r0')] })))[0]).toContain('common cause');
  });

  it('does not count the same route twice', () => {
    const state = initialLeaderState();
    lead(state, turn({ active: active(2), proposals: [override('r0')] }));
    expect(reasonsIn(lead(state, turn({ active: active(2), proposals: [override('r0', 'pro-again')] })))).toEqual(['published']);
  });
});

it('keeps a route named __proto__ apart', () => {
  const state = initialLeaderState();
  lead(state, turn({ proposals: [override('__proto__')] }));
  expect(Object.keys(leaderStateFromJson(JSON.stringify(state)).entries)).toEqual(['__proto__']);
});
