import { jsonrepair } from 'jsonrepair';
import type { Answer } from './answer.ts';
import { extractJson } from './extract-json.ts';
import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';
import { insideFence } from './inside-fence.ts';
import { jsonAnswer } from './json-answer.ts';
import { meetsSchema, type Schema } from './json-schema.ts';

/** Longer answers are not parsed, and so not known. */
const MAX_JSON = 262_144;
/** A repair is not in one pass: it is tried on so many characters only. */
const MAX_REPAIRED = 16_384;

export type JsonClass = 'fenced' | 'wrapped' | 'repaired' | 'schema' | 'unparseable';
const FINDINGS: Readonly<Record<JsonClass, Finding>> = { fenced: bad('json:fenced'), wrapped: bad('json:wrapped'), repaired: bad('json:repaired'), schema: bad('json:schema'), unparseable: bad('json:unparseable') };

/**
 * 1 when an answer is not, by itself and strictly, the JSON that is expected: by the policy (`format: json`, `jsonSchema`) or by the request (`gen_ai.output.type`). Why, the
 * first that applies: fenced: all right within a code fence; wrapped: with words around it; repaired: can be read after a repair of its syntax; schema: JSON of another form;
 * unparseable. All count the same, since what asked for JSON and parses strictly fails on each. Parsing about 4 µs a KB, the schema 5 µs; only bad answers are searched and repaired (about 300 µs).
 */
export const jsonInvalid: Heuristic = {
  signal: 'json_invalid',
  version: 1,
  score: (answer) => {
    if (answer.text === undefined || !expectsJson(answer) || isNoAnswer(answer) || answer.text.length > MAX_JSON) return undefined;
    const found = jsonClass(answer.text, answer.expect.jsonSchema);
    return found === undefined ? GOOD : FINDINGS[found];
  },
};

function expectsJson({ expect, wantsJson }: Answer): boolean {
  if (expect.format !== undefined) return expect.format === 'json';
  return expect.jsonSchema !== undefined || wantsJson === true;
}

/** An answer that only calls tools, or that the provider withheld, is not one to be parsed. */
function isNoAnswer({ text, hasToolCalls, finishReason }: Answer): boolean {
  return (text === '' && hasToolCalls) || finishReason === 'content_filter' || finishReason === 'refusal';
}

/** What is wrong with a text that should be JSON; undefined when nothing is. */
export function jsonClass(text: string, schema: Schema | undefined): JsonClass | undefined {
  // Parsed once for all heuristics where it is an object or a list.
  const strict = jsonAnswer(text) ?? parsed(text);
  if (strict !== undefined) return misses(schema, strict.value, text.length) ? 'schema' : undefined;
  const fenced = insideFence(text);
  const inFence = fenced === undefined ? undefined : parsed(fenced);
  if (inFence !== undefined) return 'fenced';
  const extracted = extractJson(text);
  if (extracted === undefined) return 'unparseable';
  if (extracted.isBalanced && parsed(extracted.text) !== undefined) return 'wrapped';
  return canBeRepaired(extracted.text) ? 'repaired' : 'unparseable';
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function misses(schema: Schema | undefined, value: unknown, characters: number): boolean {
  return schema !== undefined && meetsSchema(schema, value, characters) === false;
}

function canBeRepaired(text: string): boolean {
  if (text.length > MAX_REPAIRED) return false;
  try {
    const value: unknown = JSON.parse(jsonrepair(text));
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
