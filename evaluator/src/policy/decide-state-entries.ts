import { type DecideState, initialDecideState, nullRecord, type RouteState } from './route-state.ts';

/** Decide's state is stored by key, so that a step writes only what it changed: one small entry that always changes, the policy, and one a route. */
const COMMON = 'common';
/** Key of the entry that holds the policy. */
export const POLICY_ENTRY = 'policy';
const ROUTE_PREFIX = 'route/';

/** Key of a route's entry, from its key in `DecideState.routes`. */
export function routeEntry(key: string): string {
  return ROUTE_PREFIX + key;
}

/** The entries of a step: `touched` as `FoldOutput.touchedRoutes` names them. A route that is gone becomes undefined: its entry is removed. */
export function encodeState(state: DecideState, touched: Iterable<string>): Map<string, Uint8Array | undefined> {
  const { v, epoch, nowMs, frozen } = state;
  const entries = new Map<string, Uint8Array | undefined>([[COMMON, bytesOf({ v, epoch, nowMs, frozen })]]);
  for (const key of touched) {
    if (key === POLICY_ENTRY) entries.set(key, bytesOf({ policy: state.policy, policyHash: state.policyHash }));
    else {
      const route = state.routes[key.slice(ROUTE_PREFIX.length)];
      entries.set(key, route === undefined ? undefined : bytesOf(route));
    }
  }
  return entries;
}

/** The state as it was stored; the initial one when nothing was. `__proto__` as a route's or a target's name stays an ordinary key. */
export function decodeState(entries: ReadonlyMap<string, Uint8Array>): DecideState {
  const state = initialDecideState();
  for (const [key, bytes] of entries) {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (key.startsWith(ROUTE_PREFIX)) state.routes[key.slice(ROUTE_PREFIX.length)] = routeFrom(value as RouteState);
    else Object.assign(state, value);
  }
  return state;
}

function routeFrom(route: RouteState): RouteState {
  route.targets = Object.assign(nullRecord<RouteState['targets'][string]>(), route.targets);
  return route;
}

function bytesOf(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
