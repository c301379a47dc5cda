import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import { isSameModel } from './same-model.ts';

export interface JudgeWarning {
  /** Undefined: of the judge itself. */
  readonly route: string | undefined;
  readonly text: string;
}

/** What of a policy's judge will not come to what its author expects. */
export function judgeWarnings(policy: Policy): JudgeWarning[] {
  const { judge } = policy;
  if (judge === undefined) return [];
  const isPriced = judge.provider !== 'openai-compatible' || judge.prices !== undefined;
  const price = isPriced ? [] : [{ route: undefined, text: `the price of ${judge.model} at a provider that is openai-compatible may not be known: without \`prices\` only \`callsPerDay\` bounds what it costs` }];
  return [...price, ...Object.keys(policy.routes).flatMap((route) => sameModels(policy, route, judge.model).map((text) => ({ route, text })))];
}

function sameModels(policy: Policy, route: string, model: string): string[] {
  const { primary, fallbacks = [], judge } = routePolicyOf(policy, route);
  if (!judge.enabled) return [];
  return [primary, ...fallbacks].filter((target) => target !== undefined && isSameModel(model, target, undefined)).map((target) => `${target} is the judge's own model: its answers are not judged`);
}
