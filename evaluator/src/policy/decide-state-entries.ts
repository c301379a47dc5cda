import { type DecideState, initialDecideState, nullRecord, type RouteState } from './route-state.ts';

/** Decide's state is stored by key, so that a step writes only what it changed: one small entry that always changes, the policy, and two a route. */
const COMMON = 'common';
/** Key of the entry that holds the policy. */
export const POLICY_ENTRY = 'policy';
const ROUTE_PREFIX = 'route/';
/** Past incidents are many bytes that change seldom: an entry of their own. */
const RESOLVED_PREFIX = 'resolved/';

/** Key of a route's entry, from its key in `DecideState.routes`. */
export function routeEntry(key: string): string {
  return ROUTE_PREFIX + key;
}

/** Key of the entry that holds a route's past incidents. */
export function resolvedEntry(key: string): string {
  return RESOLVED_PREFIX + key;
}

/** The entries of a step: `touched` as `FoldOutput.touchedRoutes` names them. A route that is gone becomes undefined: its entry is removed. */
export function encodeState(state: DecideState, touched: Iterable<string>): Map<string, Uint8Array | undefined> {
  const { v, epoch, nowMs, frozen, judge } = state;
  const entries = new Map<string, Uint8Array | undefined>([[COMMON, bytesOf({ v, epoch, nowMs, frozen, judge })]]);
  for (const key of touched) {
    if (key === POLICY_ENTRY) entries.set(key, bytesOf({ policy: state.policy, policyHash: state.policyHash }));
    else if (key.startsWith(RESOLVED_PREFIX)) entries.set(key, bytesOfDefined(state.routes[key.slice(RESOLVED_PREFIX.length)]?.resolved));
    else {
      const route = state.routes[key.slice(ROUTE_PREFIX.length)];
      entries.set(key, bytesOfDefined(route === undefined ? undefined : { ...route, resolved: undefined }));
    }
  }
  return entries;
}

/** The state as it was stored; the initial one when nothing was. `__proto__` as a route's or a target's name stays an ordinary key. */
export function decodeState(entries: ReadonlyMap<string, Uint8Array>): DecideState {
  const state = initialDecideState();
  applyEntries(state, entries);
  return state;
}

/** Brings a decoded state up to date with entries that were written since; none may have been removed. */
export function applyEntries(state: DecideState, entries: ReadonlyMap<string, Uint8Array>): void {
  const resolved = new Map<string, RouteState['resolved']>();
  for (const [key, bytes] of entries) {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    if (key.startsWith(ROUTE_PREFIX)) replaceRoute(state, key.slice(ROUTE_PREFIX.length), value as RouteState);
    else if (key.startsWith(RESOLVED_PREFIX)) resolved.set(key.slice(RESOLVED_PREFIX.length), value as RouteState['resolved']);
    else if (key === COMMON) Object.assign(state, { frozen: undefined, judge: undefined }, value);
    else Object.assign(state, value);
  }
  for (const [key, incidents] of resolved) {
    const route = state.routes[key];
    if (route !== undefined) route.resolved = incidents;
  }
}

function replaceRoute(state: DecideState, key: string, route: RouteState): void {
  route.targets = Object.assign(nullRecord<RouteState['targets'][string]>(), route.targets);
  for (const target of Object.values(route.targets)) target.broken = Object.assign(nullRecord<RouteState['targets'][string]['broken'][string]>(), target.broken);
  route.resolved = state.routes[key]?.resolved ?? [];
  state.routes[key] = route;
}

function bytesOfDefined(value: unknown): Uint8Array | undefined {
  return value === undefined ? undefined : bytesOf(value);
}

function bytesOf(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
