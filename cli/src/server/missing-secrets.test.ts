import { policySchema } from '@understudy/contracts/policy';
import { UnderstudyError } from '@understudy/contracts/problem';
import { ROLE_NAMES, type RoleName } from '@understudy/evaluator/roles/role-names';
import { expect, it } from 'vitest';
import { missingSecrets } from './missing-secrets.ts';

const POLICY = policySchema.parse({
  version: 1, judge: { provider: 'openai', model: 'm', apiKey: 'env:KEY' },
  alerts: [{ name: 'desk', webhook: 'https://a.example/b', secret: 'env:SIGNING' }, { slack: 'env:SLACK' }, { alertmanager: 'http://a.example' }],
});

function missing(roles: readonly RoleName[], there: readonly string[] = []): string[] {
  return missingSecrets(POLICY, new Set(roles), (reference) => {
    if (there.includes(reference)) return 'secret';
    throw new UnderstudyError({ code: 'SECRET_MISSING', message: `${reference} is not there`, fix: 'Set it.' });
  });
}

it('names every secret that is not there, whose it is and what to do', () => {
  expect(missing(ROLE_NAMES)).toEqual(['judge: env:KEY is not there. Set it.', 'alerts to desk: env:SIGNING is not there. Set it.', 'alerts to slack-2: env:SLACK is not there. Set it.']);
  expect(missing(ROLE_NAMES, ['env:KEY', 'env:SIGNING', 'env:SLACK'])).toEqual([]);
});

it('asks of a process only for what its roles use', () => {
  expect(missing(['score', 'decide'])).toEqual([]);
  expect(missing(['judge'])).toHaveLength(1);
  expect(missing(['controller'])).toHaveLength(2);
});
