import { policySchema } from '@understudy/contracts/policy';
import { expect, it } from 'vitest';
import { expectedProbes } from './expected-probes.ts';

it('says for each signal that may switch how many probes a recovery takes, and how long', () => {
  const policy = policySchema.parse({ version: 1, routes: { r: { probe: { percent: 10 }, signals: { error: { max: 0.05 }, refusal: { tolerance: 0.1 }, loop: { action: 'off' } } } } });
  const expected = expectedProbes(policy, 'r', 119);
  expect(expected.find(({ signal }) => signal === 'error')).toEqual({ signal: 'error', nullRate: 0.05, probes: 119, minutes: 10 });
  expect(expected.find(({ signal }) => signal === 'refusal')).toMatchObject({ nullRate: 0.1, probes: 58 });
  // The outer decile and the default tolerance.
  expect(expected.find(({ signal }) => signal === 'length')?.nullRate).toBeCloseTo(0.11, 10);
  expect(expected.map(({ signal }) => signal)).not.toContain('loop');
  expect(expected.map(({ signal }) => signal)).not.toContain('cost_per_call');
});
