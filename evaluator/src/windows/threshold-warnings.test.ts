import { policySchema } from '@understudy/contracts/policy';
import { expect, it } from 'vitest';
import { thresholdWarnings } from './threshold-warnings.ts';

const rule = (signal: string) => ({ signal, statistic: 'mean', over: '5m', max: 0.3 });

it('warns of rules that nothing will ever be said about: of a judge that is not configured, of a heuristic that is not there', () => {
  const policy = policySchema.parse({ version: 1, heuristics: { own: './own.ts' }, routes: { r: { thresholds: [rule('judge'), rule('error'), rule('custom.own'), rule('custom.missing')] } } });
  expect(thresholdWarnings(policy).map(({ route, rule: text }) => [route, text])).toEqual([['r', 'mean of judge over 5m at most 0.3'], ['r', 'mean of custom.missing over 5m at most 0.3']]);
});

it('warns of a share that is written in percent, and not of milliseconds', () => {
  const policy = policySchema.parse({ version: 1, routes: { r: { thresholds: [{ ...rule('error'), max: 5 }, { ...rule('duration'), max: 4_000 }] } } });
  expect(thresholdWarnings(policy).map(({ rule: text }) => text)).toEqual(['mean of error over 5m at most 5']);
});
