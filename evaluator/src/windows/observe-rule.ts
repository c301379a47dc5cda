import type { Judged } from './read-judged.ts';
import type { Minutes } from './read-minutes.ts';
import type { ThresholdRule } from './threshold-rules.ts';

export interface Observed {
  readonly value: number;
  /** Calls that it rests on. */
  readonly calls: number;
}

/** What is known of one target over the time of a rule; both undefined: no call. */
export interface Known {
  readonly minutes: Minutes | undefined;
  readonly judged: Judged | undefined;
}

type Measure = Pick<ThresholdRule, 'signal' | 'statistic' | 'minCalls'>;

/** The number that a rule is about. Undefined: too few calls to say anything. */
export function observeRule(rule: Measure, known: Known): Observed | undefined {
  if (rule.signal === 'spend') return spendOf(known.minutes);
  const observed = rule.signal === 'judge' ? judgedOf(known.judged) : measured(rule, known.minutes);
  return observed === undefined || observed.calls < rule.minCalls ? undefined : observed;
}

/** No calls have cost nothing; calls without a known price say nothing. */
function spendOf(minutes: Minutes | undefined): Observed | undefined {
  if (minutes === undefined) return { value: 0, calls: 0 };
  return minutes.spendUsd === undefined ? undefined : { value: minutes.spendUsd, calls: minutes.realCalls };
}

function judgedOf(judged: Judged | undefined): Observed | undefined {
  return judged === undefined ? undefined : { value: judged.meanBadness, calls: judged.calls };
}

function measured({ signal, statistic }: Measure, minutes: Minutes | undefined): Observed | undefined {
  if (minutes === undefined) return undefined;
  const calls = minutes.signalCalls.get(signal) ?? 0;
  const value = statistic === 'p50' || statistic === 'p95' || statistic === 'p99' ? minutes.quantiles.get(signal)?.[statistic] : meanOf(signal, calls, minutes);
  return value === undefined || calls === 0 ? undefined : { value, calls };
}

function meanOf(signal: string, calls: number, minutes: Minutes): number | undefined {
  return calls === 0 ? undefined : (minutes.signalSums.get(signal) ?? 0) / calls;
}
