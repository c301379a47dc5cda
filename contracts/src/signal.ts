import { z } from 'zod';

/** The signals of a call: what each measures, its family, how it is tested and which direction is worse. */
export const SIGNAL_NAMES = [
  'error', 'timeout', 'empty', 'truncated', 'refusal', 'loop', 'length', 'latency_per_token', 'cost_per_call',
  'time_to_first_chunk', 'wrong_language', 'unexpected_script', 'broken_characters', 'json_invalid', 'tool_call_invalid', 'repeated_tool_calls', 'constraint_broken',
  'fence', 'heading', 'bullets', 'opener', 'lazy', 'hedge', 'prompt_leak', 'irrelevance', 'unsupported', 'ungrounded', 'value_share', 'input_tokens_per_char', 'judge',
] as const;
export type BuiltInSignal = (typeof SIGNAL_NAMES)[number];

/** What only windows have: no call carries it, thresholds read it. */
export const WINDOW_MEASURES = ['duration', 'spend'] as const;
export type WindowMeasure = (typeof WINDOW_MEASURES)[number];

/** A heuristic of the user's own (`heuristics` of the policy). */
export type CustomSignal = `custom.${string}`;
export type SignalName = BuiltInSignal | WindowMeasure | CustomSignal;

const customSignalSchema = z.templateLiteral(['custom.', z.string().regex(/^[a-z][a-z0-9_]{0,39}$/)]);

export function isCustomSignal(name: string): name is CustomSignal {
  return customSignalSchema.safeParse(name).success;
}

export const signalNameSchema: z.ZodType<SignalName> = z.union([z.enum([...SIGNAL_NAMES, ...WINDOW_MEASURES]), customSignalSchema], 'a signal such as error or refusal, or custom.NAME with NAME of a-z, 0-9 and _');

export type SignalFamily = 'error' | 'latency' | 'cost' | 'format' | 'content' | 'judge' | 'feedback';

export interface SignalDefinition {
  readonly family: SignalFamily;
  /** rate: 0 or 1 a call. quantile: a positive number a call. score: 0 (good) to 1 (bad) a call, tested by its mean. window: known of windows only. */
  readonly kind: 'rate' | 'quantile' | 'score' | 'window';
  readonly worse: 'up' | 'both';
  /** What happens at its threshold unless the policy says otherwise. */
  readonly defaultAction: 'switch' | 'alert';
  readonly unit: string;
  readonly text: string;
}

function rate(family: SignalFamily, defaultAction: 'switch' | 'alert', text: string): SignalDefinition {
  return { family, kind: 'rate', worse: 'up', defaultAction, unit: 'share', text };
}

function score(family: SignalFamily, defaultAction: 'switch' | 'alert', text: string): SignalDefinition {
  return { family, kind: 'score', worse: 'up', defaultAction, unit: 'share', text };
}

const DEFINITIONS: Readonly<Record<BuiltInSignal | WindowMeasure, SignalDefinition>> = {
  error: rate('error', 'switch', 'calls that failed'),
  timeout: rate('error', 'switch', 'calls that timed out'),
  empty: rate('format', 'switch', 'empty answers'),
  truncated: rate('format', 'switch', 'answers cut off'),
  refusal: rate('content', 'switch', 'refusals'),
  loop: rate('content', 'switch', 'answers that repeat themselves'),
  length: { family: 'content', kind: 'quantile', worse: 'both', defaultAction: 'switch', unit: 'characters', text: 'length of the answer' },
  latency_per_token: { family: 'latency', kind: 'quantile', worse: 'up', defaultAction: 'switch', unit: 'seconds', text: 'seconds per output token' },
  // Cost alone alerts; it switches only when the route's policy says so (design §6).
  cost_per_call: { family: 'cost', kind: 'quantile', worse: 'both', defaultAction: 'alert', unit: 'USD', text: 'cost of a call' },
  time_to_first_chunk: { family: 'latency', kind: 'quantile', worse: 'up', defaultAction: 'alert', unit: 'seconds', text: 'seconds to the first chunk of a stream' },
  wrong_language: rate('content', 'switch', 'answers in another language than expected'),
  unexpected_script: rate('content', 'switch', 'answers with letters of a script that does not belong there'),
  broken_characters: rate('content', 'switch', 'answers with broken characters'),
  json_invalid: rate('format', 'switch', 'answers that are not the JSON that is expected'),
  tool_call_invalid: rate('format', 'switch', 'tool calls that cannot be carried out'),
  repeated_tool_calls: rate('content', 'alert', 'answers that repeat the same tool call'),
  constraint_broken: rate('format', 'switch', 'answers that break a rule of the policy'),
  fence: rate('format', 'alert', 'answers with a code fence'),
  heading: rate('format', 'alert', 'answers with headings'),
  bullets: rate('format', 'alert', 'answers with lists'),
  opener: rate('format', 'alert', 'answers that open with a stock phrase'),
  lazy: rate('content', 'alert', 'answers with placeholders in place of the work'),
  hedge: rate('content', 'alert', 'answers that hedge'),
  prompt_leak: rate('content', 'alert', 'answers that repeat the system prompt'),
  irrelevance: { family: 'content', kind: 'quantile', worse: 'up', defaultAction: 'alert', unit: 'share', text: 'words of the question that the answer does not take up' },
  unsupported: { family: 'content', kind: 'quantile', worse: 'up', defaultAction: 'alert', unit: 'share', text: 'words of the answer that the prompt does not contain' },
  ungrounded: score('content', 'alert', 'numbers and values of the answer that the prompt does not contain'),
  value_share: score('content', 'alert', 'JSON values that are the same as in the answer before'),
  input_tokens_per_char: { family: 'content', kind: 'quantile', worse: 'both', defaultAction: 'alert', unit: 'tokens', text: 'billed input tokens per character sent' },
  // The judge alone does not switch: a second family must agree (design §6).
  judge: score('judge', 'switch', 'judged answers that fall short'),
  duration: { family: 'latency', kind: 'window', worse: 'up', defaultAction: 'alert', unit: 'ms', text: 'duration of a call' },
  spend: { family: 'cost', kind: 'window', worse: 'up', defaultAction: 'alert', unit: 'USD', text: 'money spent' },
};

/** Every custom heuristic gives 0 or 1, 1 is bad, and only alerts unless the policy says otherwise. */
const CUSTOM: SignalDefinition = rate('content', 'alert', 'calls that a heuristic of the policy marks');

export function signalDefinition(name: SignalName): SignalDefinition {
  return Object.hasOwn(DEFINITIONS, name) ? DEFINITIONS[name as BuiltInSignal | WindowMeasure] : CUSTOM;
}

/** One call's signals. Absent means "not applicable or not known", never 0. */
export type SignalValues = Partial<Record<SignalName, number>>;
