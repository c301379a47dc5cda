import { z } from 'zod';
import type { CheckAnswer } from './judge.ts';
import type { RubricCheck } from './rubric.ts';
import { hasDuplicateKey, objectTexts } from './strict-json.ts';

export interface Verdict {
  readonly checks: Readonly<Record<string, CheckAnswer>>;
  readonly reasoning: string;
}

/** Why an answer of the judge is not taken. */
export type Rejection = 'no JSON object' | 'more than one JSON object' | 'broken JSON' | 'a key that is there twice' | 'another shape than the schema' | 'not the nonce of this call';

export type ParsedVerdict = { readonly kind: 'verdict'; readonly verdict: Verdict } | { readonly kind: 'rejected'; readonly because: Rejection };

const MOST_ANSWER = 20_000;
const MOST_REASONING = 400;
const ANSWER = z.enum(['yes', 'no', 'na']);
/** Models that think aloud before they answer; what they try out there is not their answer. */
const THINKING = /^\s*<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/i;

export type VerdictSchema = ReturnType<typeof verdictSchema>;

/** The form of a verdict: exactly the checks of the rubric. The nonce is a plain string here, so that the schema is the same for every call. */
export function verdictSchema(checks: readonly RubricCheck[]) {
  return z.strictObject({ nonce: z.string(), reasoning: z.string(), checks: z.strictObject(Object.fromEntries(checks.map(({ name }) => [name, ANSWER]))) });
}

/** What a judge's answer says, also out of a code fence, out of prose or without its last brackets; but never by guessing, and never without the nonce. */
export function parseVerdict(answer: string, schema: VerdictSchema, nonce: string): ParsedVerdict {
  if (answer.length > MOST_ANSWER) return rejected('another shape than the schema');
  const objects = objectTexts(answer.replace(THINKING, ''));
  const [object] = objects;
  if (object === undefined) return rejected('no JSON object');
  if (objects.length > 1) return rejected('more than one JSON object');
  const value = parsedJson(object.text);
  if (value === undefined) return rejected('broken JSON');
  if (hasDuplicateKey(object.text)) return rejected('a key that is there twice');
  const parsed = schema.safeParse(value);
  if (!parsed.success) return rejected('another shape than the schema');
  if (parsed.data.nonce !== nonce) return rejected('not the nonce of this call');
  return { kind: 'verdict', verdict: { checks: parsed.data.checks, reasoning: parsed.data.reasoning.slice(0, MOST_REASONING).toWellFormed() } };
}

/** Weighted share of yes over the checks that apply. Undefined where none does. */
export function scoreOf(checks: Readonly<Record<string, CheckAnswer>>, rubric: readonly RubricCheck[]): number | undefined {
  let applicable = 0;
  let good = 0;
  for (const { name, weight } of rubric) {
    if (checks[name] === 'na') continue;
    applicable += weight;
    if (checks[name] === 'yes') good += weight;
  }
  return applicable === 0 ? undefined : good / applicable;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function rejected(because: Rejection): ParsedVerdict {
  return { kind: 'rejected', because };
}
