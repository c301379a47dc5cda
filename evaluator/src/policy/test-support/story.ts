import type { BaselineEvidence, CallScore, Evidence } from '@understudy/contracts/evidence';
import { type Policy, policySchema } from '@understudy/contracts/policy';
import type { DecisionRow } from '@understudy/contracts/decision';
import type { RouteProposal } from '@understudy/contracts/proposal';
import type { SignalValues } from '@understudy/contracts/signal';
import { decodeState, encodeState } from '../decide-state-entries.ts';
import { foldEvidence } from '../fold.ts';
import { type DecideState, initialDecideState, type RouteState } from '../route-state.ts';

export const PRIMARY = 'openai/large';
export const FALLBACK = 'openai/small';
export const ROUTE = 'support.answer';
export const GOOD: SignalValues = { error: 0, refusal: 0 };
export const REFUSED: SignalValues = { error: 0, refusal: 1 };

export function policyOf(route: object = {}): Policy {
  return policySchema.parse({
    version: 1,
    routes: { [ROUTE]: { mode: 'auto', signals: { refusal: { tolerance: 0.1 }, error: { tolerance: 0.1 } }, standby: { percent: 10 }, probe: { percent: 40 }, holdDown: { base: '5s', cap: '1h' }, ramp: { steps: [100], every: '1s' }, recovery: { alpha: 0.01, cleanFor: '5s' }, ...route } },
  });
}

/** A route's life, told in calls and seconds. The leader publishes everything unless told to refuse. State is kept as a role keeps it: by entries. */
export class Story {
  state: DecideState = initialDecideState();
  readonly log: Evidence[] = [];
  readonly decisions: DecisionRow[] = [];
  readonly proposals: RouteProposal[] = [];
  readonly entries = new Map<string, Uint8Array>();
  entry: RouteProposal['entry'];
  refuseWith: string | undefined;
  targets: string[] = [PRIMARY, FALLBACK];
  #offset = 0;
  #calls = 0;
  #policies = 0;
  nowMs = 1_000_000;

  constructor(policy: Policy) {
    this.policy(policy);
  }

  fold(evidence: Evidence): void {
    this.log.push(evidence);
    const output = foldEvidence(this.state, evidence, { partition: 0, offset: this.#offset++ }, () => false);
    this.decisions.push(...output.decisions);
    for (const [key, bytes] of encodeState(this.state, output.touchedRoutes)) {
      if (bytes === undefined) this.entries.delete(key);
      else this.entries.set(key, bytes);
    }
    for (const proposal of output.proposals) if (proposal.kind === 'route') this.#answer(proposal);
  }

  #answer(proposal: RouteProposal): void {
    this.proposals.push(proposal);
    const facts = { v: 1 as const, epoch: 1, atMs: this.nowMs, project: proposal.project, route: proposal.route, proposalId: proposal.proposalId };
    if (this.refuseWith !== undefined && proposal.effect === 'override') {
      this.fold({ kind: 'refused', ...facts, reason: this.refuseWith });
      return;
    }
    this.entry = proposal.entry;
    this.fold({ kind: 'published', ...facts, version: this.#offset });
  }

  policy(policy: Policy): this {
    this.fold({ kind: 'policy', v: 1, epoch: 1, atMs: this.nowMs, hash: `p${this.#policies++}`, policy });
    return this;
  }

  calls(count: number, target: string, purpose: CallScore['purpose'], signals: SignalValues): this {
    for (let index = 0; index < count; index++) {
      this.nowMs += 50;
      this.#calls += 1;
      this.fold({ kind: 'scores', v: 1, project: 'default', route: ROUTE, atMs: this.nowMs, targets: this.targets, scores: [{ traceId: `t${this.#calls}`, spanId: 's', target, purpose, signals }] });
    }
    return this;
  }

  seconds(count: number): this {
    for (let second = 0; second < count; second++) {
      this.nowMs += 1_000;
      this.fold({ kind: 'tick', v: 1, epoch: 1, atMs: this.nowMs });
    }
    return this;
  }

  baseline(target: string, signals: BaselineEvidence['signals']): this {
    this.fold({ kind: 'baseline', v: 1, epoch: 1, atMs: this.nowMs, project: 'default', route: ROUTE, target, signals });
    return this;
  }

  learned(): this {
    return this.calls(30, FALLBACK, 'standby', GOOD).calls(200, PRIMARY, 'serve', GOOD)
      .baseline(PRIMARY, { refusal: { kind: 'rate', calls: 200, events: 0 }, error: { kind: 'rate', calls: 200, events: 0 } });
  }

  command(command: Extract<Evidence, { kind: 'command' }>['command']): this {
    this.fold({ kind: 'command', v: 1, atMs: this.nowMs, project: 'default', route: ROUTE, commandId: 'c', actor: 'ann', reason: 'test', command });
    return this;
  }

  get reasons(): string[] {
    return this.decisions.map((decision) => decision.reason);
  }

  get texts(): string[] {
    return this.decisions.map((decision) => decision.text);
  }

  get route(): RouteState {
    const route = this.state.routes[`default/${ROUTE}`];
    if (route === undefined) throw new Error('no such route');
    return route;
  }

  /** The state as another process would read it from the stored entries. */
  stored(): DecideState {
    return decodeState(this.entries);
  }
}
