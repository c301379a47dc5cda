import type { RoutePolicy } from '@understudy/contracts/policy';
import type { RouteState } from './route-state.ts';

/** Names of targets come from the network: so many an order, as a snapshot may carry. */
const MAX_TARGETS_IN_ORDER = 20;
const MAX_DECLARATIONS = 4;
/** A version of the application counts as running for so long after its last call. */
const DECLARATION_LIVES_MS = 60_000;

/**
 * Notes the order of targets that a call declared. While versions of the application with different orders run side by side (a roll-out), the established order
 * holds, less the targets that not all of them declare: an entry that names an undeclared target would make that version reject the whole snapshot.
 */
export function noteDeclaration(route: RouteState, declared: readonly string[], atMs: number): void {
  if (declared.length === 0) return;
  const targets = [...new Set(declared)].slice(0, MAX_TARGETS_IN_ORDER);
  const known = route.declarations.find((declaration) => sameOrder(declaration.targets, targets));
  if (known !== undefined) known.lastMs = Math.max(known.lastMs, atMs);
  const running = route.declarations.filter((declaration) => atMs - declaration.lastMs < DECLARATION_LIVES_MS);
  if (known === undefined && running.length < MAX_DECLARATIONS) running.push({ targets, lastMs: atMs });
  route.declarations = running;
  route.appOrder = (running[0]?.targets ?? []).filter((id) => running.every((declaration) => declaration.targets.includes(id)));
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
