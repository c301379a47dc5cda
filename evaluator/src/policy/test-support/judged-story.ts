import type { Judgement } from '@understudy/contracts/evidence';
import type { Policy } from '@understudy/contracts/policy';
import { judgePolicySchema } from '@understudy/contracts/policy-judge';
import { GOOD, policyOf, PRIMARY, ROUTE, Story } from './story.ts';

const JUDGE = judgePolicySchema.parse({ provider: 'openai', model: 'judge-1' });
const SAMPLING = { flagged: 1, plain: 0.1 };
export const JUDGED_BASELINE = { kind: 'score' as const, calls: 200, mean: 0.05, sampled: { flaggedShare: 0.02, flaggedCalls: 20, flaggedMean: 0.3, plainCalls: 180, plainMean: 0.045 } };

/** A route with a judge: every tenth call is drawn, and judged bad every `1 / badness` times. */
export class JudgedStory extends Story {
  #drawn = 0;
  #health = 'healthy' as 'healthy' | 'drifted' | 'unreachable';

  constructor(policy: Policy = policyOf()) {
    super({ ...policy, judge: policy.judge ?? JUDGE });
    this.learned().baseline(PRIMARY, { judge: JUDGED_BASELINE });
  }

  health(health: 'healthy' | 'drifted' | 'unreachable', anchorsPassedAtMs?: number): this {
    this.#health = health;
    this.fold({ kind: 'judge', v: 1, project: 'default', atMs: this.nowMs, health, sinceMs: this.nowMs, text: health, ...(anchorsPassedAtMs === undefined ? {} : { anchorsPassedAtMs }) });
    return this;
  }

  judged(count: number, outcome: (index: number) => Judgement['outcome'], signals = GOOD): this {
    for (let index = 0; index < count; index++) {
      this.nowMs += 50;
      this.#drawn += 1;
      const traceId = `j${this.#drawn}`;
      for (let plain = 0; plain < 9; plain++) this.#score(`${traceId}-${plain}`, signals, false);
      this.#score(traceId, signals, true);
      this.fold({ kind: 'judgements', v: 1, project: 'default', route: ROUTE, atMs: this.nowMs, judgements: [{ traceId, spanId: 's', target: PRIMARY, purpose: 'serve', flagged: false, sampling: SAMPLING, outcome: outcome(this.#drawn) }] });
    }
    return this;
  }

  /** One call in 25 is flagged, of which a third is bad; all of their verdicts, and those on every tenth other call, come together at the end. */
  burst(calls: number): this {
    const judgements: Judgement[] = [];
    for (let index = 0; index < calls; index++) {
      this.nowMs += 50;
      this.#drawn += 1;
      const flagged = index % 25 === 0;
      const drawn = flagged || index % 10 === 1;
      this.#score(`b${this.#drawn}`, GOOD, drawn, flagged);
      if (drawn) judgements.push({ traceId: `b${this.#drawn}`, spanId: 's', target: PRIMARY, purpose: 'serve', flagged, sampling: SAMPLING, outcome: { kind: 'judged', score: index % (flagged ? 75 : 250) < 2 ? 0 : 1 } });
    }
    this.fold({ kind: 'judgements', v: 1, project: 'default', route: ROUTE, atMs: this.nowMs, judgements });
    return this;
  }

  #score(traceId: string, signals: typeof GOOD, drawn: boolean, flagged = false): void {
    this.fold({ kind: 'scores', v: 1, project: 'default', route: ROUTE, atMs: this.nowMs, targets: this.targets, sampling: SAMPLING, scores: [{ traceId, spanId: 's', target: PRIMARY, purpose: 'serve', signals, draw: { flagged, drawn } }] });
  }

  /** The judge role judges its anchors again when a route is in doubt. */
  untilDoubt(outcome: (index: number) => Judgement['outcome'], signals = GOOD): this {
    for (let turn = 0; turn < 400 && this.route.phase.name !== 'suspect'; turn++) this.judged(1, outcome, signals);
    this.nowMs += 1_000;
    return this.health(this.#health, this.nowMs);
  }
}
