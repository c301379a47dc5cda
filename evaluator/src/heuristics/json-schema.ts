import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { safePattern } from './safe-pattern.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** Larger schemas are not compiled, characters of their JSON. */
const MAX_SCHEMA = 65_536;
const MAX_DEPTH = 40;
/** `uniqueItems` compares every two items: only data of so many characters are checked by such a schema. */
const MAX_UNIQUE = 8_192;
const MAX_CHECKED = 131_072;
/** Compiled schemas that are kept. A route has one, and one a tool. */
const MAX_COMPILED = 500;

/**
 * What ajv does with schemas that others wrote: it makes a function of them (names and texts in them cannot become code), follows no reference to another document, takes
 * `format` for a remark, and would run any `pattern`: those go through `safePattern`. Deep data in a schema that refers to itself may end its stack; that is caught.
 */
const OPTIONS = { strict: false, validateFormats: false, logger: false, allErrors: false, addUsedSchema: false, code: { regExp: Object.assign(safePattern, { code: 'safePattern' }) } } as const;

type Compiled = { readonly kind: 'compiled'; readonly validate: ValidateFunction; readonly maxCharacters: number } | { readonly kind: 'refused'; readonly reason: string };

let draft7: Ajv | undefined;
let draft2020: Ajv2020 | undefined;
/** By the object first, since the same schema comes with every call; by its text, since each load of a policy makes a new object. */
const byObject = new WeakMap<Schema, Compiled>();
const byText = new Map<string, Compiled>();

/** Whether data meet a schema; undefined when that cannot be said: a schema that does not compile, or data beyond its bounds. `characters`: length of the data's JSON. */
export function meetsSchema(schema: Schema, value: unknown, characters: number): boolean | undefined {
  const compiled = compiledOf(schema);
  if (compiled.kind === 'refused' || characters > compiled.maxCharacters) return undefined;
  try {
    return compiled.validate(value) === true;
  } catch {
    // A stack that ended: nested without measure, as no answer that was asked for is.
    return false;
  }
}

/** Why a schema cannot be used, for whoever reads the policy; undefined when it can. */
export function compileProblem(schema: Schema): string | undefined {
  const compiled = compiledOf(schema);
  return compiled.kind === 'refused' ? compiled.reason : undefined;
}

function compiledOf(schema: Schema): Compiled {
  const known = byObject.get(schema);
  if (known !== undefined) return known;
  const compiled = compiledByText(schema);
  byObject.set(schema, compiled);
  return compiled;
}

function compiledByText(schema: Schema): Compiled {
  if (depthOf(schema, 0) > MAX_DEPTH) return { kind: 'refused', reason: `nested more than ${MAX_DEPTH} deep` };
  const text = JSON.stringify(schema);
  if (text.length > MAX_SCHEMA) return { kind: 'refused', reason: `longer than ${MAX_SCHEMA} characters` };
  const known = byText.get(text);
  if (known !== undefined) return known;
  const compiled = compile(text, schema);
  if (byText.size >= MAX_COMPILED) forgetAll();
  byText.set(text, compiled);
  return compiled;
}

/** Validators keep something of each schema that they ever compiled: they are made anew with the cache. */
function forgetAll(): void {
  byText.clear();
  draft7 = undefined;
  draft2020 = undefined;
}

function compile(text: string, { $schema, ...schema }: Schema): Compiled {
  const maxCharacters = text.includes('"uniqueItems"') ? MAX_UNIQUE : MAX_CHECKED;
  const isOld = typeof $schema === 'string' && /draft-0[4-7]/.test($schema);
  draft7 ??= new Ajv(OPTIONS);
  draft2020 ??= new Ajv2020(OPTIONS);
  // Lists of `items` are of the older drafts; who leaves `$schema` out may mean either.
  const validators = isOld ? [draft7] : [draft2020, draft7];
  let reason = '';
  for (const validator of validators) {
    try {
      const validate = validator.compile(schema);
      // The cache here is ours, bounded; and two schemas may have the same `$id`.
      validator.removeSchema(schema);
      if ('$async' in validate) return { kind: 'refused', reason: '$async is not for data' };
      return { kind: 'compiled', validate, maxCharacters };
    } catch (error) {
      validator.removeSchema(schema);
      reason ||= error instanceof Error ? error.message.slice(0, 500) : 'it does not compile';
    }
  }
  return { kind: 'refused', reason };
}

function depthOf(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth;
  return Object.values(value).reduce((deepest: number, inner) => Math.max(deepest, depthOf(inner, depth + 1)), depth);
}
