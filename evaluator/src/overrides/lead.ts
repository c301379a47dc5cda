import type { Evidence } from '@understudy/contracts/evidence';
import type { Policy } from '@understudy/contracts/policy';
import type { Proposal, RouteProposal } from '@understudy/contracts/proposal';
import { SNAPSHOT_TTL_MS, type Snapshot, type SnapshotRoute } from '@understudy/contracts/snapshot';
import { type ActiveRoute, guard } from './guards.ts';
import type { LeaderState } from './leader-state.ts';

/** The whole state is published again this often: a constant load, and the heartbeat that renews leases. */
const REPUBLISH_MS = 10_000;
const TICK_MS = 1_000;
const KEPT_OVERRIDES_MS = 3_600_000;

/** Evidence that was read out of the analytics store; the leader adds its epoch. */
export type Finding = DistributiveOmit<Extract<Evidence, { kind: 'baseline' | 'thresholds' | 'threshold' }>, 'epoch'>;
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

export interface LeaderInput {
  readonly epoch: number;
  readonly nowMs: number;
  readonly proposals: readonly Proposal[];
  readonly policy: Policy;
  readonly policyHash: string;
  readonly findings: readonly Finding[];
  readonly active: readonly ActiveRoute[];
  /** Undefined: the snapshot is larger than SDKs accept. */
  readonly sign: (snapshot: Snapshot) => string | undefined;
}

export interface LeaderOutput {
  /** For the partition of one route. */
  readonly toRoute: { readonly project: string; readonly route: string; readonly evidence: Evidence }[];
  /** For every partition. */
  readonly toAll: Evidence[];
  readonly published: { readonly version: number; readonly jws: string } | undefined;
}

/** One turn of the leader: answers proposals, tells the time, the policy and the findings, and publishes the whole signed state. Changes `state` in place. */
export function lead(state: LeaderState, input: LeaderInput): LeaderOutput {
  const isNew = takeOffice(state, input.epoch);
  const isMoved = serveProject(state, input.policy.project);
  const isThawed = thaw(state, input.nowMs);
  const freezes = input.proposals.filter((proposal) => proposal.kind === 'freeze').map((proposal) => freeze(state, proposal, input.nowMs));
  const answered = input.proposals.filter((proposal) => proposal.kind === 'route').map((proposal) => ({ proposal, refusal: accept(state, proposal, input) }));
  const isChanged = isNew || isMoved || isThawed || freezes.length > 0 || answered.some(({ refusal }) => refusal === undefined);
  const published = isChanged || input.nowMs - state.lastPublishedMs >= REPUBLISH_MS ? publish(state, input) : undefined;
  return {
    toAll: [...freezes, ...tellPolicyAndTime(state, input)],
    toRoute: [
      ...answered.map(({ proposal, refusal }) => ({ ...routeOf(proposal), evidence: answerTo(proposal, refusal, state, input.nowMs) })),
      ...input.findings.map((finding) => ({ ...routeOf(finding), evidence: { ...finding, epoch: state.epoch } as Evidence })),
    ],
    published,
  };
}

/** A new owner starts a new epoch, with versions from 1 and everybody told the policy again. */
function takeOffice(state: LeaderState, epoch: number): boolean {
  if (state.epoch === epoch) return false;
  Object.assign(state, { epoch, version: 0, policyHash: '' });
  return true;
}

/** The policy names another project: what was published for the routes of the one before says nothing about those of the same name. */
function serveProject(state: LeaderState, project: string): boolean {
  const before = state.project;
  state.project = project;
  if (before === undefined || before === project) return false;
  state.entries = Object.create(null);
  state.recentOverrides = [];
  return true;
}

function thaw(state: LeaderState, nowMs: number): boolean {
  if (state.frozen === undefined || state.frozen.untilMs > nowMs) return false;
  state.frozen = undefined;
  return true;
}

function freeze(state: LeaderState, proposal: Extract<Proposal, { kind: 'freeze' }>, nowMs: number): Evidence {
  const { untilMs, reason } = proposal;
  state.frozen = untilMs === undefined ? undefined : { untilMs, reason };
  return { kind: 'freeze', v: 1, epoch: state.epoch, atMs: nowMs, ...(untilMs === undefined ? {} : { untilMs }), reason };
}

/** Takes the proposal into the state, or says why not. */
function accept(state: LeaderState, proposal: RouteProposal, input: LeaderInput): string | undefined {
  if (proposal.project !== input.policy.project) return `the project ${proposal.project} is not served here, only ${input.policy.project}`;
  const verdict = guard(state, proposal, input.active, input.nowMs);
  if (verdict.kind === 'refuse') return verdict.reason;
  const before = state.entries[proposal.route];
  setEntry(state, proposal.route, proposal.entry);
  if (input.sign(snapshotOf(state, input, state.version + 1)) === undefined) {
    setEntry(state, proposal.route, before);
    return 'the snapshot would be larger than 64 KiB: too many routes have entries at the same time';
  }
  if (proposal.effect === 'override') {
    state.recentOverrides = [...state.recentOverrides.filter((recent) => input.nowMs - recent.atMs < KEPT_OVERRIDES_MS), { route: proposal.route, atMs: input.nowMs }];
  }
  return undefined;
}

function setEntry(state: LeaderState, route: string, entry: SnapshotRoute | undefined): void {
  if (entry === undefined) delete state.entries[route];
  else state.entries[route] = entry;
}

function tellPolicyAndTime(state: LeaderState, input: LeaderInput): Evidence[] {
  const told: Evidence[] = [];
  const facts = { v: 1 as const, epoch: state.epoch, atMs: input.nowMs };
  if (input.policyHash !== state.policyHash) {
    state.policyHash = input.policyHash;
    told.push({ kind: 'policy', ...facts, hash: input.policyHash, policy: input.policy });
  }
  if (input.nowMs - state.lastTickMs >= TICK_MS || input.nowMs < state.lastTickMs) {
    state.lastTickMs = input.nowMs;
    told.push({ kind: 'tick', ...facts });
  }
  return told;
}

function publish(state: LeaderState, input: LeaderInput): LeaderOutput['published'] {
  const jws = input.sign(snapshotOf(state, input, state.version + 1));
  if (jws === undefined) return undefined;
  state.version += 1;
  state.lastPublishedMs = input.nowMs;
  return { version: state.version, jws };
}

function snapshotOf(state: LeaderState, input: LeaderInput, version: number): Snapshot {
  return { v: 1, project: input.policy.project, epoch: state.epoch, version, issuedAt: input.nowMs, ttlMs: SNAPSHOT_TTL_MS, frozen: state.frozen !== undefined, routes: state.entries };
}

function answerTo(proposal: RouteProposal, refusal: string | undefined, state: LeaderState, nowMs: number): Evidence {
  const facts = { v: 1 as const, epoch: state.epoch, atMs: nowMs, ...routeOf(proposal), proposalId: proposal.proposalId };
  return refusal === undefined ? { kind: 'published', ...facts, version: state.version } : { kind: 'refused', ...facts, reason: refusal };
}

function routeOf({ project, route }: { project: string; route: string }) {
  return { project, route };
}
