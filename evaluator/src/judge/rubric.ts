import { createHash } from 'node:crypto';
import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import { BUILT_IN_CHECKS, type BuiltInRubric } from './built-in-rubrics.ts';

/** One yes/no question about an answer; the good answer is yes. */
export interface RubricCheck {
  readonly name: string;
  readonly question: string;
  /** What it counts among the checks that apply. */
  readonly weight: number;
  /** An example that is a yes, and one that is a no. */
  readonly yes?: string;
  readonly no?: string;
}

export interface Rubric {
  readonly name: string;
  /** Hash of the content: another text is another rubric, and its scores are not compared with the old ones. */
  readonly version: string;
  readonly task: string;
  readonly checks: readonly RubricCheck[];
}

/** Letters of the hash: 48 bits are enough to tell the versions of one installation apart. */
const VERSION_LETTERS = 12;

/** The rubric of a route. A rubric of the policy wins over the built-in one of the same name. */
export function rubricOf(policy: Policy, route: string): Rubric {
  const { rubric: name } = routePolicyOf(policy, route).judge;
  const own = Object.hasOwn(policy.rubrics, name) ? policy.rubrics[name] : undefined;
  if (own === undefined) return builtInRubric(Object.hasOwn(BUILT_IN_CHECKS, name) ? (name as BuiltInRubric) : 'answer');
  return withVersion(name, own.task, Object.entries(own.checks).map(([check, { question, weight }]) => ({ name: check, question, weight })));
}

export function builtInRubric(name: BuiltInRubric): Rubric {
  const { task, checks } = BUILT_IN_CHECKS[name];
  return withVersion(name, task, checks);
}

function withVersion(name: string, task: string, checks: readonly RubricCheck[]): Rubric {
  const content = JSON.stringify([task, checks.map(({ name: check, question, weight, yes, no }) => [check, question, weight, yes, no])]);
  return { name, version: createHash('sha256').update(content).digest('hex').slice(0, VERSION_LETTERS), task, checks };
}
