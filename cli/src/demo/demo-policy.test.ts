import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { policySchema } from '@understudy/contracts/policy';
import { RECEIVER_NAME } from './alert-receiver.ts';
import { writePolicy } from './demo-policy.ts';
import { JUDGE_MODEL } from './judge-model/plan-verdict.ts';
import { MODELS } from './planned-answer.ts';

it('the policy of a run has the addresses of its judge and of its receiver, and names secrets only', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'demo-policy-'));
  const text = await readFile(await writePolicy(directory, { provider: 'http://127.0.0.1:5000', alerts: 'http://127.0.0.1:5001/alerts' }), 'utf8');
  await rm(directory, { recursive: true });
  const policy = policySchema.parse(parse(text));
  expect(policy.judge).toMatchObject({ model: JUDGE_MODEL, baseUrl: 'http://127.0.0.1:5000/v1', apiKey: 'env:UNDERSTUDY_DEMO_JUDGE_KEY' });
  expect(MODELS).not.toContain(policy.judge?.model);
  expect(policy.alerts).toEqual([expect.objectContaining({ name: RECEIVER_NAME, webhook: 'http://127.0.0.1:5001/alerts', secret: 'env:UNDERSTUDY_DEMO_WEBHOOK_SECRET', allow: ['127.0.0.1'] })]);
  expect(policy.routes['support.answer']?.judge).toMatchObject({ rubric: 'support', alone: false });
  expect(text).toContain('# The demo\'s policy');
});
