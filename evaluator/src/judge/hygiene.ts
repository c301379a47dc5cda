import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import type { JudgeRequest } from '@understudy/contracts/judge-request';
import { CONTROL_ITEMS, type ControlItem } from './control-items.ts';
import type { JudgeItem } from './judge.ts';
import type { SkipReason } from './judge-state.ts';
import { isSameModel } from './same-model.ts';
import { builtInRubric, rubricOf } from './rubric.ts';

/** What was received longer ago says nothing about now. */
export const TOO_LATE_MS = 15 * 60_000;

/** Why a drawn call is not to be judged at all, whatever the budget; undefined when it may be. */
export function hygieneRefusal(policy: Policy, project: string, request: JudgeRequest, facts: { readonly nowMs: number; readonly isQuarantined: boolean }): Extract<SkipReason, 'off' | 'too-late' | 'no-content' | 'same-model' | 'quarantined'> | undefined {
  // The budget is of the project that the policy serves: another one's calls would have none.
  if (policy.judge === undefined || project !== policy.project || !routePolicyOf(policy, request.route).judge.enabled) return 'off';
  if (facts.nowMs - request.receivedAtMs > TOO_LATE_MS) return 'too-late';
  if (request.output.trim() === '' || request.input.trim() === '') return 'no-content';
  if (isSameModel(policy.judge.model, request.requestModel, request.responseModel)) return 'same-model';
  return facts.isQuarantined ? 'quarantined' : undefined;
}

/** A route in doubt and the test of a target come before what is drawn for the trend. */
export function isUrgent(request: Pick<JudgeRequest, 'drawnFor'>): boolean {
  return request.drawnFor === 'suspicion' || request.drawnFor === 'probe';
}

export function itemOfRequest(policy: Policy, { route, system, input, output }: JudgeRequest): JudgeItem {
  return { route, rubric: rubricOf(policy, route), system, input, output };
}

/** `percent` of all judgements are controls: so often one is added to a request. */
export function isControlDue(percent: number, random: number): boolean {
  return random < percent / (100 - percent);
}

/** In turn, so that good, bad and injected ones come alike. */
export function nextControl(number: number): ControlItem {
  return CONTROL_ITEMS[number % CONTROL_ITEMS.length] as ControlItem;
}

/** Fresh: a verdict that was kept would say nothing about the judge of today. */
export function itemOfControl({ rubric, system, input, output }: ControlItem): JudgeItem {
  return { route: 'control', rubric: builtInRubric(rubric), system, input, output, fresh: true };
}
