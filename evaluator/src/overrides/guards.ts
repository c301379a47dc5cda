import type { RouteProposal } from '@understudy/contracts/proposal';
import type { LeaderState } from './leader-state.ts';

/** Guards across routes (knowledge: control, table A; design §6). Nothing here looks at one route's health: decide has done that. */
const BLAST_WINDOW_MS = 10 * 60_000;
const SHARE_RULES_FROM_ROUTES = 4;
const MAX_SHARE_OF_ROUTES = 0.1;

export type GuardVerdict = { readonly kind: 'pass' } | { readonly kind: 'refuse'; readonly reason: string };

/** Whether a route may newly leave its primary now. Everything that gives traffic back, keeps a fallback proved or was ordered by a person passes. */
export function guard(state: LeaderState, proposal: RouteProposal, nowMs: number): GuardVerdict {
  if (proposal.effect !== 'override') return { kind: 'pass' };
  if (state.frozen !== undefined) return { kind: 'refuse', reason: `frozen: ${state.frozen.reason}` };
  const others = state.recentOverrides.filter((recent) => recent.route !== proposal.route && nowMs - recent.atMs < BLAST_WINDOW_MS);
  const routes = new Set(others.map((recent) => recent.route)).size;
  const active = Object.keys(state.activeRoutes).length;
  if (active >= SHARE_RULES_FROM_ROUTES) {
    const allowed = Math.max(1, Math.floor(active * MAX_SHARE_OF_ROUTES));
    return routes < allowed ? { kind: 'pass' } : { kind: 'refuse', reason: `blast radius: ${routes} of ${active} routes were overridden in the last 10 minutes, ${allowed} may be` };
  }
  const provider = providerOf(state.activeRoutes[proposal.route]);
  const same = others.find((recent) => providerOf(state.activeRoutes[recent.route]) === provider);
  return same === undefined ? { kind: 'pass' } : { kind: 'refuse', reason: `blast radius: with fewer than ${SHARE_RULES_FROM_ROUTES} routes one override a provider and 10 minutes; ${same.route} was overridden` };
}

function providerOf(primary: string | undefined): string {
  return primary?.split('/')[0] ?? '';
}
