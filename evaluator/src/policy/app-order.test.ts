import { policySchema, routePolicyOf } from '@understudy/contracts/policy';
import { describe, expect, it } from 'vitest';
import { noteDeclaration, settleOrder } from './app-order.ts';
import { newRouteState } from './route-state.ts';

const policyWith = (route: object) => routePolicyOf(policySchema.parse({ version: 1, routes: { r: route } }), 'r');

describe('an application that declares its targets', () => {
  it('has its own order, whatever the policy names', () => {
    const route = newRouteState('default', 'r');
    noteDeclaration(route, ['a/1', 'b/2'], 1, 1_000);
    settleOrder(route, policyWith({ primary: 'c/3' }), 'a/1');
    expect(route.appOrder).toEqual(['a/1', 'b/2']);
  });

  it('has only what all its running versions declare', () => {
    const route = newRouteState('default', 'r');
    noteDeclaration(route, ['a/1', 'b/2'], 100, 1_000);
    noteDeclaration(route, ['a/1', 'c/3'], 10, 2_000);
    expect(route.appOrder).toEqual(['a/1']);
    noteDeclaration(route, ['a/1', 'c/3'], 1, 120_000);
    expect(route.appOrder).toEqual(['a/1', 'c/3']);
  });

  it('does not follow a few calls that declare something else', () => {
    const route = newRouteState('default', 'r');
    for (let second = 0; second < 600; second++) {
      noteDeclaration(route, ['a/1', 'b/2'], 20, second * 1_000);
      noteDeclaration(route, second % 2 === 0 ? ['a/1'] : [`evil/${second}`], 1, second * 1_000 + 500);
      expect(route.appOrder).toEqual(['a/1', 'b/2']);
    }
    expect(route.declarations.length).toBeLessThanOrEqual(4);
  });

  it('keeps its order through a quiet time, whoever speaks first afterwards', () => {
    const route = newRouteState('default', 'r');
    noteDeclaration(route, ['a/1', 'b/2'], 100, 1_000);
    noteDeclaration(route, ['evil/1'], 1, 3_600_000);
    expect(route.appOrder).toEqual(['a/1', 'b/2']);
    noteDeclaration(route, ['a/1', 'b/2'], 1, 3_601_000);
    expect(route.appOrder).toEqual(['a/1', 'b/2']);
  });

  it('has a new order after a few calls, also where calls are rare', () => {
    const route = newRouteState('default', 'r');
    noteDeclaration(route, ['a/1', 'b/2'], 100, 1_000);
    for (let hour = 1; hour <= 6; hour++) noteDeclaration(route, ['c/3', 'a/1'], 1, hour * 3_600_000);
    expect(route.appOrder).toEqual(['c/3', 'a/1']);
  });

  it('is rid of an order that few calls declare, also when that one was there first', () => {
    const route = newRouteState('default', 'r');
    noteDeclaration(route, ['evil/1'], 1, 500);
    for (let second = 1; second < 20; second++) {
      noteDeclaration(route, ['a/1', 'b/2'], 20, second * 1_000);
      noteDeclaration(route, ['evil/1'], 1, second * 1_000 + 500);
    }
    expect(route.appOrder).toEqual(['a/1', 'b/2']);
  });

  it('is not kept from a new order by many others', () => {
    const route = newRouteState('default', 'r');
    noteDeclaration(route, ['a/1', 'b/2'], 100, 1_000);
    for (let second = 2; second < 100; second++) {
      noteDeclaration(route, ['a/1', 'c/3'], 20, second * 1_000);
      noteDeclaration(route, [`evil/${second}`], 1, second * 1_000 + 500);
    }
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
