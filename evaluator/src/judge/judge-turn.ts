import type { Policy } from '@understudy/contracts/policy';
import type { JudgePolicy } from '@understudy/contracts/policy-judge';
import type { PreparedAsk } from './background-asks.ts';
import { hygieneRefusal } from './hygiene.ts';
import { isQuarantined } from './health.ts';
import type { Judge } from './judge.ts';
import { type JudgeState, routeBookOf, type SkipReason } from './judge-state.ts';
import type { PlacedRequest, RequestReader } from './request-reader.ts';
import { rubricOf } from './rubric.ts';
import type { JudgeTurnOutput } from './turn-output.ts';

/** A judge and the part of the policy that it was made of. */
export interface PolicyJudge {
  readonly judge: Judge;
  readonly policy: JudgePolicy;
}

/** One turn of the judge role on a partition: what it reads, and what it changes. */
export interface JudgeTurn {
  readonly partition: number;
  readonly nowMs: number;
  readonly policy: Policy;
  /** Undefined while there is none. */
  readonly judge: PolicyJudge | undefined;
  /** Whether it is this partition that has the project's requests: controls, anchors and health are its business. */
  readonly isHome: boolean;
  readonly anchorsWanted: boolean | number;
  readonly random: () => number;
  readonly reader: RequestReader;
  readonly state: JudgeState;
  readonly out: JudgeTurnOutput;
  /** What is reserved in this turn, to be asked in the next. */
  readonly prepared: PreparedAsk[];
}

export function refusalOf({ policy, judge, nowMs, state }: JudgeTurn, { project, request }: PlacedRequest): SkipReason | undefined {
  return judge === undefined ? 'off' : hygieneRefusal(policy, project, request, { nowMs, isQuarantined: isQuarantined(state.health) });
}

/** The end of a drawn call that is not judged. */
export function skip({ policy, state, out }: JudgeTurn, placed: PlacedRequest, reason: SkipReason): void {
  const { project, request } = placed;
  out.addOutcome(placed, { kind: 'skipped', reason }, { model: policy.judge?.model ?? '', rubric: policy.judge === undefined ? undefined : rubricOf(policy, request.route) });
  if (project !== policy.project) return;
  const book = routeBookOf(state, request.route);
  state.routes.set(request.route, { ...book, skipped: { ...book.skipped, [reason]: (book.skipped[reason] ?? 0) + 1 } });
}
