import { policySchema } from '@understudy/contracts/policy';
import { type JudgePolicy, judgePolicySchema } from '@understudy/contracts/policy-judge';
import { UnderstudyError } from '@understudy/contracts/problem';
import { type Rubric, rubricOf } from '@understudy/evaluator/judge/rubric';
import { environmentVariable } from '../environment.ts';
import { readPolicy } from '../policy-file/read-policy.ts';

export interface JudgeToAsk {
  readonly judge: JudgePolicy;
  readonly rubric: Rubric;
}

/** The judge of a policy file, or that of `JUDGE_MODEL`, `JUDGE_BASE_URL`, `JUDGE_PROVIDER` and `JUDGE_API_KEY`. Throws `CONFIGURATION` where there is none. */
export function judgeToAsk(policyFile: string | undefined, rubricName: string): JudgeToAsk {
  const policy = policyFile === undefined ? undefined : readPolicy(policyFile).policy;
  const judge = policy?.judge ?? (policy === undefined ? judgeOfEnvironment() : undefined);
  if (judge === undefined) {
    const message = policyFile === undefined ? 'no judge is configured: JUDGE_MODEL is not set' : `no judge is configured: ${policyFile} has no \`judge\``;
    throw new UnderstudyError({ code: 'CONFIGURATION', message, fix: 'Set JUDGE_MODEL, JUDGE_BASE_URL (of any OpenAI-compatible API, with its /v1) and, where it wants one, JUDGE_API_KEY; or name a policy that has a judge with --policy FILE.' });
  }
  const named = policySchema.safeParse({ version: 1, rubrics: policy?.rubrics ?? {}, routes: { labels: { judge: { rubric: rubricName } } } });
  if (!named.success) throw new UnderstudyError({ code: 'CONFIGURATION', message: `there is no rubric named ${rubricName}`, fix: `Name ${named.error.issues[0]?.message ?? 'one that is there'}.` });
  return { judge, rubric: rubricOf(named.data, 'labels') };
}

function judgeOfEnvironment(): JudgePolicy | undefined {
  const [model, baseUrl, provider, key] = ['JUDGE_MODEL', 'JUDGE_BASE_URL', 'JUDGE_PROVIDER', 'JUDGE_API_KEY'].map((name) => environmentVariable(name) || undefined);
  if (model === undefined) return undefined;
  const parsed = judgePolicySchema.safeParse({ model, baseUrl, provider, ...(key === undefined ? {} : { apiKey: 'env:JUDGE_API_KEY' }) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnderstudyError({ code: 'CONFIGURATION', message: `the judge of the environment is not valid: ${issue?.path.join('.')}: ${issue?.message}`, fix: 'Set JUDGE_BASE_URL to the address of the API with its /v1, or JUDGE_PROVIDER to openai or anthropic.' });
}
