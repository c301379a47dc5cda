import type { Policy } from '@understudy/contracts/policy';
import { isCustomSignal, signalDefinition } from '@understudy/contracts/signal';
import { rulesOf, type ThresholdRule } from './threshold-rules.ts';

export interface ThresholdWarning {
  readonly route: string;
  readonly rule: string;
  readonly text: string;
}

/** Rules that nothing will ever be said about. */
export function thresholdWarnings(policy: Policy): ThresholdWarning[] {
  return Object.keys(policy.routes).flatMap((route) => rulesOf(policy, route).flatMap((rule) => {
    const text = silentBecause(policy, rule);
    return text === undefined ? [] : [{ route, rule: rule.text, text }];
  }));
}

function silentBecause(policy: Policy, { signal, side, limit }: ThresholdRule): string | undefined {
  if (signal === 'judge' && policy.judge === undefined) return 'no judge is configured: name one under `judge`';
  if (isCustomSignal(signal) && !Object.hasOwn(policy.heuristics, signal.slice('custom.'.length))) return 'there is no such heuristic: name its file under `heuristics`';
  const { kind } = signalDefinition(signal);
  if ((kind === 'rate' || kind === 'score') && side === 'max' && limit >= 1) return 'no share is above 1: five percent are 0.05';
  return undefined;
}
