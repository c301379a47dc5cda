import { durationMs } from '@understudy/contracts/duration';
import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import type { ThresholdPolicy } from '@understudy/contracts/policy-route-parts';

/** A threshold of the policy, ready to be evaluated. */
export interface ThresholdRule extends Pick<ThresholdPolicy, 'signal' | 'statistic' | 'minCalls' | 'action'> {
  readonly overMs: number;
  readonly side: 'max' | 'min';
  readonly limit: number;
  /** What people read, and what tells the rules of a route apart. */
  readonly text: string;
}

/** The rules of a route. Of two that say the same the one that switches counts. */
export function rulesOf(policy: Policy, route: string): ThresholdRule[] {
  const rules = new Map<string, ThresholdRule>();
  for (const threshold of routePolicyOf(policy, route).thresholds) {
    const rule = ruleOf(threshold);
    if (rules.get(rule.text)?.action !== 'switch') rules.set(rule.text, rule);
  }
  return [...rules.values()];
}

function ruleOf({ signal, statistic, over, max, min, minCalls, action }: ThresholdPolicy): ThresholdRule {
  const [side, limit] = max === undefined ? (['min', min ?? 0] as const) : (['max', max] as const);
  return {
    signal, statistic, minCalls, action, side, limit, overMs: durationMs(over) ?? 0,
    text: `${statistic} of ${signal} over ${over} at ${side === 'max' ? 'most' : 'least'} ${limit}`,
  };
}

export function isBroken({ side, limit }: Pick<ThresholdRule, 'side' | 'limit'>, observed: number): boolean {
  return side === 'max' ? observed > limit : observed < limit;
}
