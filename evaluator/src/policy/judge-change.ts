import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import { newJudgedInOrder } from '../detectors/judged-in-order.ts';
import { rubricOf } from '../judge/rubric.ts';
import type { RouteState } from './route-state.ts';

export interface JudgedBy {
  readonly model: string;
  readonly rubricVersion: string;
}

/** By which model and rubric a route is judged: verdicts of others are not compared with theirs. Undefined: it is not judged. */
export function judgedBy(policy: Policy, route: string): JudgedBy | undefined {
  if (policy.judge === undefined || !routePolicyOf(policy, route).judge.enabled) return undefined;
  return { model: policy.judge.model, rubricVersion: rubricOf(policy, route).version };
}

/** After a change of the policy: what was learned under another judge or rubric is forgotten, with its tests and its proofs. */
export function followJudge(before: Policy, now: Policy, route: RouteState): void {
  const [old, fresh] = [judgedBy(before, route.route), judgedBy(now, route.route)];
  if (old?.model === fresh?.model && old?.rubricVersion === fresh?.rubricVersion) return;
  for (const target of Object.values(route.targets)) {
    delete target.baselines.judge;
    delete target.monitors.judge;
    delete target.thresholds.judge;
    target.judged = newJudgedInOrder();
  }
  if (fresh === undefined) dropJudgeProofs(route);
}

/** Nobody judges any more: nothing can be proved by it, and no text works on it. */
export function dropJudgeProofs(route: RouteState): void {
  for (const target of Object.values(route.targets)) delete target.healing.judge;
  if ('recovery' in route.phase) delete route.phase.recovery.judge;
  delete route.alert?.recovery.judge;
  delete route.alert?.recheck.judge;
  route.hostile = undefined;
}
