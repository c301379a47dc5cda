import { expect, it } from 'vitest';
import { DEFAULT_POLICY, policyJsonSchema, policySchema, routePolicyOf } from './policy.ts';

it('starts a new route in suggest, with every default filled in', () => {
  const route = routePolicyOf(DEFAULT_POLICY, 'support.answer');
  expect(route).toMatchObject({ mode: 'suggest', baseline: { minCalls: 200 }, ramp: { steps: [10, 50, 100] }, recovery: { alpha: 0.01 } });
});

it('refuses a key that is not implemented', () => {
  const parsed = policySchema.safeParse({ version: 1, routes: { a: { graceful: 'static' } } });
  expect(parsed.error?.issues[0]).toMatchObject({ code: 'unrecognized_keys', keys: ['graceful'] });
});

it.each([[[50, 10, 100]], [[10, 50]], [[]]])('refuses ramp steps %j that do not rise to 100', (steps) => {
  expect(policySchema.safeParse({ version: 1, routes: { a: { ramp: { steps } } } }).success).toBe(false);
});

it.each([
  ['a rate that no probe could disprove', { signals: { error: { max: 0 } } }],
  ['a rate beyond every test', { signals: { error: { max: 0.99 } } }],
  ['no probes at all', { probe: { percent: 0 } }],
  ['a hold-down that begins above its cap', { holdDown: { base: '3h', cap: '2h' } }],
  ['a primary that is its own fallback', { primary: 'x', fallbacks: ['x', 'y'] }],
])('refuses %s', (_, route) => {
  expect(policySchema.safeParse({ version: 1, routes: { a: route } }).success).toBe(false);
});

it('does not take an inherited property for a route', () => {
  expect(routePolicyOf(DEFAULT_POLICY, 'constructor').mode).toBe('suggest');
});

it('prints a JSON Schema that names every key', () => {
  expect(JSON.stringify(policyJsonSchema())).toContain('"falseFailoversPer90Days"');
});

it('refuses two receivers of alerts with the same name', () => {
  const receiver = { name: 'on-call', slack: 'env:SLACK' };
  const parsed = policySchema.safeParse({ version: 1, alerts: [receiver, { slack: 'env:OTHER' }, receiver] });
  expect(parsed.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([['alerts.2.name', 'a name that no other receiver has: there is another on-call']]);
});
