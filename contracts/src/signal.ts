/** The signals of a call: what each measures, its family, how it is tested and which direction is worse. */
export const SIGNAL_NAMES = [
  'error', 'timeout', 'empty', 'truncated', 'refusal', 'loop', 'length', 'latency_per_token', 'cost_per_call',
] as const;
export type SignalName = (typeof SIGNAL_NAMES)[number];

export type SignalFamily = 'error' | 'latency' | 'cost' | 'format' | 'content' | 'judge' | 'feedback';

export interface SignalDefinition {
  readonly family: SignalFamily;
  /** rate: 0 or 1 a call. quantile: a positive number a call. */
  readonly kind: 'rate' | 'quantile';
  readonly worse: 'up' | 'both';
  /** What happens at its threshold unless the policy says otherwise. */
  readonly defaultAction: 'switch' | 'alert';
  readonly unit: string;
  readonly text: string;
}

export const SIGNALS: Readonly<Record<SignalName, SignalDefinition>> = {
  error: { family: 'error', kind: 'rate', worse: 'up', defaultAction: 'switch', unit: 'share', text: 'calls that failed' },
  timeout: { family: 'error', kind: 'rate', worse: 'up', defaultAction: 'switch', unit: 'share', text: 'calls that timed out' },
  empty: { family: 'format', kind: 'rate', worse: 'up', defaultAction: 'switch', unit: 'share', text: 'empty answers' },
  truncated: { family: 'format', kind: 'rate', worse: 'up', defaultAction: 'switch', unit: 'share', text: 'answers cut off' },
  refusal: { family: 'content', kind: 'rate', worse: 'up', defaultAction: 'switch', unit: 'share', text: 'refusals' },
  loop: { family: 'content', kind: 'rate', worse: 'up', defaultAction: 'switch', unit: 'share', text: 'answers that repeat themselves' },
  length: { family: 'content', kind: 'quantile', worse: 'both', defaultAction: 'switch', unit: 'characters', text: 'length of the answer' },
  latency_per_token: { family: 'latency', kind: 'quantile', worse: 'up', defaultAction: 'switch', unit: 'seconds', text: 'seconds per output token' },
  // Cost alone alerts; it switches only when the route's policy says so (design §6).
  cost_per_call: { family: 'cost', kind: 'quantile', worse: 'both', defaultAction: 'alert', unit: 'USD', text: 'cost of a call' },
};

/** One call's signals. Absent means "not applicable or not known", never 0. */
export type SignalValues = Partial<Record<SignalName, number>>;
