import { policySchema } from '@understudy/contracts/policy';
import { expect, it } from 'vitest';
import { judgeWarnings } from './judge-warnings.ts';

const policyWith = (judge: object | undefined, route: object = {}) => policySchema.parse({ version: 1, ...(judge === undefined ? {} : { judge }), routes: { r: { primary: 'openai/gpt-5-2025-08-07', fallbacks: ['openai/gpt-5-mini'], ...route } } });

it('warns that a judge does not judge its own model, under whatever date or prefix', () => {
  expect(judgeWarnings(policyWith({ provider: 'openai', model: 'gpt-5' }))).toEqual([{ route: 'r', text: expect.stringContaining('openai/gpt-5-2025-08-07') }]);
  expect(judgeWarnings(policyWith({ provider: 'openai', model: 'gpt-5' }, { judge: { enabled: false } }))).toEqual([]);
  expect(judgeWarnings(policyWith({ provider: 'openai', model: 'gpt-5-nano' }))).toEqual([]);
});

it('warns that money does not bound a judge whose price may not be known', () => {
  const compatible = { provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', model: 'mine' };
  expect(judgeWarnings(policyWith(compatible))).toEqual([{ route: undefined, text: expect.stringContaining('callsPerDay') }]);
  expect(judgeWarnings(policyWith({ ...compatible, prices: { inputPerMillion: 0, outputPerMillion: 0 } }))).toEqual([]);
  expect(judgeWarnings(policyWith(undefined))).toEqual([]);
});
