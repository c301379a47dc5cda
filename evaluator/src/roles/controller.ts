import { proposalSchema, type RouteProposal } from '@understudy/contracts/proposal';
import type { Evidence } from '@understudy/contracts/evidence';
import type { Policy } from '@understudy/contracts/policy';
import { SNAPSHOT_TTL_MS, type Snapshot } from '@understudy/contracts/snapshot';
import { partitionOf, routeKey, TOPICS } from '@understudy/contracts/topics';
import type { NewRecord, StepHandler, StepInput } from '@understudy/log/event-log';
import { guard } from '../overrides/guards.ts';
import { initialLeaderState, type LeaderState, leaderStateFromJson } from '../overrides/leader-state.ts';
import { signSnapshot } from '../overrides/sign-snapshot.ts';
import type { SigningKey } from '../overrides/signing-key.ts';

const REPUBLISH_MS = 10_000;
const TICK_MS = 1_000;

export interface ControllerInputs {
  readonly instanceId: string;
  readonly key: SigningKey;
  /** The policy in force and its hash; a new hash is told to every partition of evidence. */
  readonly policy: () => { readonly policy: Policy; readonly hash: string };
  /** Evidence found outside the log since the last step (baselines, thresholds); taken once. */
  readonly takeFindings: () => readonly FindingEvidence[];
  readonly activeRoutes: () => Readonly<Record<string, string>>;
}

/** What the leader reads out of the analytics store; the step adds its epoch. */
export type FindingEvidence = DistributiveOmit<Extract<Evidence, { kind: 'baseline' | 'thresholds' }>, 'epoch'>;
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** Returned by the step so that its runner can append the claim of a new owner before anything else. */
export function controllerStep(inputs: ControllerInputs, claimOffset: number): StepHandler {
  return (input) => {
    const state = input.state === undefined ? initialLeaderState() : leaderStateFromJson(Buffer.from(input.state).toString('utf8'));
    const work = new LeaderWork(state, inputs, input, claimOffset);
    for (const record of input.records) work.takeProposal(record.value);
    work.finish();
    return { outputs: work.outputs, state: Buffer.from(JSON.stringify(state)) };
  };
}

/** One step of the leader: answers proposals, tells the time and publishes the whole signed state. */
class LeaderWork {
  readonly outputs: NewRecord[] = [];
  readonly #state: LeaderState;
  readonly #inputs: ControllerInputs;
  readonly #nowMs: number;
  readonly #accepted: RouteProposal[] = [];
  #changed = false;

  constructor(state: LeaderState, inputs: ControllerInputs, input: StepInput, claimOffset: number) {
    this.#state = state;
    this.#inputs = inputs;
    this.#nowMs = input.nowMs;
    Object.assign(state.activeRoutes, inputs.activeRoutes());
    if (state.epoch !== claimOffset) {
      state.epoch = claimOffset;
      state.version = 0;
      state.policyHash = '';
      this.#changed = true;
    }
  }

  takeProposal(value: Uint8Array): void {
    const parsed = proposalSchema.safeParse(JSON.parse(Buffer.from(value).toString('utf8')));
    if (!parsed.success || parsed.data.kind === 'claim') return;
    const proposal = parsed.data;
    if (proposal.kind === 'freeze') {
      this.#state.frozen = proposal.untilMs === undefined ? undefined : { untilMs: proposal.untilMs, reason: proposal.reason };
      this.#changed = true;
      this.#toAll({ kind: 'freeze', v: 1, epoch: this.#state.epoch, atMs: this.#nowMs, ...(proposal.untilMs === undefined ? {} : { untilMs: proposal.untilMs }), reason: proposal.reason });
      return;
    }
    const verdict = guard(this.#state, proposal, this.#nowMs);
    if (verdict.kind === 'refuse') this.#answer(proposal, { kind: 'refused', v: 1, epoch: this.#state.epoch, atMs: this.#nowMs, project: proposal.project, route: proposal.route, proposalId: proposal.proposalId, reason: verdict.reason });
    else this.#accept(proposal);
  }

  #accept(proposal: RouteProposal): void {
    if (proposal.entry === undefined) delete this.#state.entries[proposal.route];
    else this.#state.entries[proposal.route] = proposal.entry;
    if (proposal.effect === 'override') this.#state.recentOverrides = [...this.#state.recentOverrides.filter((recent) => this.#nowMs - recent.atMs < 3_600_000), { route: proposal.route, atMs: this.#nowMs }];
    this.#accepted.push(proposal);
    this.#changed = true;
  }

  finish(): void {
    const state = this.#state;
    const { policy, hash } = this.#inputs.policy();
    if (state.frozen !== undefined && state.frozen.untilMs <= this.#nowMs) {
      state.frozen = undefined;
      this.#changed = true;
    }
    if (hash !== state.policyHash) {
      state.policyHash = hash;
      this.#toAll({ kind: 'policy', v: 1, epoch: state.epoch, atMs: this.#nowMs, hash, policy });
    }
    for (const finding of this.#inputs.takeFindings()) this.#toRoute(finding.project, finding.route, { ...finding, epoch: state.epoch } as Evidence);
    if (this.#nowMs - state.lastTickMs >= TICK_MS) {
      state.lastTickMs = this.#nowMs;
      this.#toAll({ kind: 'tick', v: 1, epoch: state.epoch, atMs: this.#nowMs });
    }
    if (this.#changed || this.#nowMs - state.lastPublishedMs >= REPUBLISH_MS) this.#publish(policy.project);
  }

  #publish(project: string): void {
    const state = this.#state;
    state.version += 1;
    state.lastPublishedMs = this.#nowMs;
    const snapshot: Snapshot = { v: 1, project, epoch: state.epoch, version: state.version, issuedAt: this.#nowMs, ttlMs: SNAPSHOT_TTL_MS, frozen: state.frozen !== undefined, routes: state.entries };
    const jws = signSnapshot(snapshot, this.#inputs.key);
    for (const proposal of this.#accepted) {
      const facts = { v: 1 as const, epoch: state.epoch, atMs: this.#nowMs, project: proposal.project, route: proposal.route, proposalId: proposal.proposalId };
      this.#answer(proposal, jws === undefined ? { kind: 'refused', ...facts, reason: 'the snapshot would be larger than 64 KiB' } : { kind: 'published', ...facts, version: state.version });
      if (jws === undefined) delete state.entries[proposal.route];
    }
    if (jws === undefined) return;
    this.outputs.push({ topic: TOPICS.overrides.name, partition: 0, key: project, value: Buffer.from(JSON.stringify({ v: 1, epoch: state.epoch, version: state.version, issuedAt: this.#nowMs, jws })) });
  }

  #answer(proposal: RouteProposal, evidence: Evidence): void {
    this.#toRoute(proposal.project, proposal.route, evidence);
  }

  #toRoute(project: string, route: string, evidence: Evidence): void {
    this.outputs.push({ topic: TOPICS.evidence.name, partition: partitionOf(routeKey(project, route), TOPICS.evidence.partitions), value: Buffer.from(JSON.stringify(evidence)) });
  }

  #toAll(evidence: Evidence): void {
    const value = Buffer.from(JSON.stringify(evidence));
    for (let partition = 0; partition < TOPICS.evidence.partitions; partition++) this.outputs.push({ topic: TOPICS.evidence.name, partition, value });
  }
}
