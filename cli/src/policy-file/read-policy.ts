import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Policy, policySchema } from '@understudy/contracts/policy';
import { UnderstudyError } from '@understudy/contracts/problem';
import { compileProblem } from '@understudy/evaluator/heuristics/json-schema';
import type { z } from 'zod';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';

export interface LoadedPolicy {
  readonly policy: Policy;
  /** Of the file's bytes. */
  readonly hash: string;
}

const MAX_BYTES = 1024 * 1024;

/** Reads and checks a policy file. Every fault is named as file:line:column; throws `POLICY_INVALID`. */
export function readPolicy(file: string): LoadedPolicy {
  const text = readText(file);
  return { policy: parsePolicy(text, file), hash: createHash('sha256').update(text).digest('hex').slice(0, 16) };
}

export function parsePolicy(text: string, file: string): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) throw invalid(document.errors.map((error) => `${at(error.pos[0])}: ${(error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, '')}`));
  const parsed = policySchema.safeParse(contentOf(document) ?? {});
  const found = parsed.success ? schemaFaults(parsed.data) : parsed.error.issues.flatMap(faultsOf);
  if (parsed.success && found.length === 0) return parsed.data;
  const faults = found.map(({ path, text: fault }) => ({ offset: offsetOf(document, path) ?? 0, fault: `${path.join('.') || 'the file'}: ${fault}` }));
  throw invalid(faults.toSorted((one, other) => one.offset - other.offset).map(({ offset, fault }) => `${at(offset)}: ${fault}`));
}

/** The JSON Schemas that answers have to meet: one that does not compile would say nothing of any answer. */
function schemaFaults({ routes }: Policy): Fault[] {
  return Object.entries(routes).flatMap(([route, { expect: { jsonSchema } }]) => {
    const problem = jsonSchema === undefined ? undefined : compileProblem(jsonSchema);
    return problem === undefined ? [] : [{ path: ['routes', route, 'expect', 'jsonSchema'], text: `a JSON Schema that compiles: ${problem}` }];
  });
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...issue.path, key], text: 'this version knows no such key' }));
  if (issue.code === 'invalid_union') return unionFaults(issue);
  if (issue.code === 'invalid_key') return [{ path: issue.path, text: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return [{ path: issue.path, text: 'must be given' }];
  return [{ path: issue.path, text: issue.message }];
}

/** The faults of the one form that has all the keys that were written, or all but the fewest; where no form is meant more than another, what the schema says of all. */
function unionFaults(issue: z.core.$ZodIssueInvalidUnion): Fault[] {
  const unknownKeys = (issues: readonly z.core.$ZodIssue[]) => issues.reduce((sum, one) => sum + (one.code === 'unrecognized_keys' ? one.keys.length : 0), 0);
  const [best, next] = issue.errors.map((issues) => ({ issues, unknown: unknownKeys(issues) })).toSorted((one, other) => one.unknown - other.unknown);
  if (best === undefined || next === undefined || best.unknown === next.unknown) return [{ path: issue.path, text: issue.message }];
  return best.issues.flatMap((one) => faultsOf({ ...one, path: [...issue.path, ...one.path] }));
}

function invalid(faults: readonly string[]): UnderstudyError {
  return new UnderstudyError({ code: 'POLICY_INVALID', message: `the policy is not valid\n  ${faults.join('\n  ')}`, fix: 'Correct the lines above; `understudy policy schema` prints everything that a policy can hold.' });
}

/** A file that grows by its own references (a "billion laughs" bomb) has no value. */
function contentOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return 'aliases that grow without bound';
  }
}

/** Where the value of a path begins; where its key does, when the value cannot be found; else its nearest parent. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1) as unknown[], true) ?? document.contents;
    const name = path[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isNode(item.key) && String(item.key) === String(name)) : undefined;
    if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0];
    const node = document.getIn(path.slice(0, length) as unknown[], true);
    if (isNode(node)) return node.range?.[0];
  }
  return isNode(document.contents) ? document.contents.range?.[0] : undefined;
}

function readText(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_BYTES) throw new Error(`larger than ${MAX_BYTES} bytes`);
    return text;
  } catch (cause) {
    throw new UnderstudyError({ code: 'POLICY_INVALID', message: `cannot read the policy ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, fix: 'Check the name that was given to `policy check`, --policy or UNDERSTUDY_POLICY.', cause });
  }
}
