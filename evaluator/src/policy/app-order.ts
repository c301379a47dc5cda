import type { RoutePolicy } from '@understudy/contracts/policy';
import type { Declaration, RouteState } from './route-state.ts';

/** Names of targets come from the network: so many an order, as a snapshot may carry. */
const MAX_TARGETS_IN_ORDER = 20;
const MAX_DECLARATIONS = 4;
/** A version of the application counts as running for so long after its last call. */
const DECLARATION_LIVES_MS = 60_000;
/** Weight of one call in the shares: they look back on about fifty calls. */
const CALL_WEIGHT = 0.02;
/** Fewer of the calls than this do not speak for the application: a misconfigured instance must not take the fallback away from all the others. */
const LEAST_SHARE = 0.1;

/**
 * Notes the order of targets that calls declared. While versions of the application with different orders run side by side (a roll-out), the established order
 * holds, less the targets that not all of them declare: an entry that names an undeclared target would make that version reject the whole snapshot.
 */
export function noteDeclaration(route: RouteState, declared: readonly string[], calls: number, atMs: number): void {
  if (declared.length === 0 || calls === 0) return;
  const targets = [...new Set(declared)].slice(0, MAX_TARGETS_IN_ORDER);
  shiftShares(route.declarations, declarationOf(route, targets), calls, atMs);
  const established = establishedOf(route.declarations, atMs);
  const others = route.declarations.filter((declaration) => declaration !== established && isRunning(declaration, atMs));
  route.declarations = established === undefined ? [] : [established, ...others];
  route.appOrder = (established?.targets ?? []).filter((id) => others.every(({ share, targets: known }) => share < LEAST_SHARE || known.includes(id)));
}

/** Whoever was there first, until it is gone, or as good as gone, and another one speaks for the application. */
function establishedOf(declarations: readonly Declaration[], atMs: number): Declaration | undefined {
  const [first, ...others] = declarations;
  const heir = others.filter((declaration) => isRunning(declaration, atMs) && declaration.share >= LEAST_SHARE).sort((one, other) => other.share - one.share)[0];
  const holds = first !== undefined && (heir === undefined || (isRunning(first, atMs) && first.share >= LEAST_SHARE));
  return holds ? first : heir;
}

function isRunning({ lastMs }: Declaration, atMs: number): boolean {
  return atMs - lastMs < DECLARATION_LIVES_MS;
}

/** The known one, or a new one: at the limit in the place of the rarest, never of the established one. */
function declarationOf(route: RouteState, targets: string[]): Declaration {
  const known = route.declarations.find((declaration) => sameOrder(declaration.targets, targets));
  if (known !== undefined) return known;
  const fresh: Declaration = { targets, lastMs: Number.NEGATIVE_INFINITY, share: route.declarations.length === 0 ? 1 : 0 };
  const [established, ...others] = route.declarations;
  const kept = others.sort((one, other) => other.share - one.share).slice(0, MAX_DECLARATIONS - 2);
  route.declarations = established === undefined ? [fresh] : [established, ...kept, fresh];
  return fresh;
}

function shiftShares(declarations: readonly Declaration[], seen: Declaration, calls: number, atMs: number): void {
  const remaining = (1 - CALL_WEIGHT) ** calls;
  for (const declaration of declarations) declaration.share *= remaining;
  seen.share += 1 - remaining;
  seen.lastMs = Math.max(seen.lastMs, atMs);
}

/**
 * An application that declares nothing (plain OpenTelemetry, no SDK) has the order that the policy names, for whoever reads the overrides; where that names no
 * primary, the first target that was seen comes first: it is watched at least.
 */
export function settleOrder(route: RouteState, policy: RoutePolicy, seenTarget: string | undefined): void {
  if (route.declarations.length > 0) return;
  const primary = policy.primary ?? route.appOrder[0] ?? seenTarget;
  route.appOrder = primary === undefined ? [] : [...new Set([primary, ...(policy.fallbacks ?? [])])];
}

function sameOrder(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
