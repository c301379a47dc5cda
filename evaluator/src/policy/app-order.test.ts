import { policySchema, routePolicyOf } from '@understudy/contracts/policy';
import { describe, expect, it } from 'vitest';
import { noteDeclaration, settleOrder } from './app-order.ts';
import { newRouteState } from './route-state.ts';

const policyWith = (route: object) => routePolicyOf(policySchema.parse({ version: 1, routes: { r: route } }), 'r');

describe('an application that declares its targets', () => {
  it('has its own order, whatever the policy names', () => {
    const route = newRouteState('default', 'r');
    noteDeclaration(route, ['a/1', 'b/2'], 1_000);
    settleOrder(route, policyWith({ primary: 'c/3' }), 'a/1');
    expect(route.appOrder).toEqual(['a/1', 'b/2']);
  });

  it('has only what all its running versions declare', () => {
    const route = newRouteState('default', 'r');
    noteDeclaration(route, ['a/1', 'b/2'], 1_000);
    noteDeclaration(route, ['a/1', 'c/3'], 2_000);
    expect(route.appOrder).toEqual(['a/1']);
    noteDeclaration(route, ['a/1', 'c/3'], 120_000);
    expect(route.appOrder).toEqual(['a/1', 'c/3']);
  });
});

describe('an application that declares nothing', () => {
  it('has the order that the policy names', () => {
    const route = newRouteState('default', 'r');
    settleOrder(route, policyWith({ primary: 'a/1', fallbacks: ['b/2'] }), 'z/9');
    expect(route.appOrder).toEqual(['a/1', 'b/2']);
  });

  it('is watched on the first target that was seen, with nothing to fall back to', () => {
    const route = newRouteState('default', 'r');
    settleOrder(route, policyWith({}), 'a/1');
    settleOrder(route, policyWith({}), 'b/2');
    expect(route.appOrder).toEqual(['a/1']);
  });
});
