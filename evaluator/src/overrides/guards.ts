import type { RouteProposal } from '@understudy/contracts/proposal';
import type { LeaderState } from './leader-state.ts';

/** Guards across routes (design §6; knowledge: control, table A). Nothing here looks at one route's health: decide has done that. */
const BLAST_WINDOW_MS = 10 * 60_000;
const SHARE_RULES_FROM_ROUTES = 4;
const MAX_SHARE_OF_ROUTES = 0.1;
const COMMON_CAUSE_SHARE = 0.5;

/** A route that has had calls lately. */
export interface ActiveRoute {
  readonly route: string;
  readonly primary: string;
  /** In suspicion or worse, and still on its primary. */
  readonly suspect: boolean;
}

export type GuardVerdict = { readonly kind: 'pass' } | { readonly kind: 'refuse'; readonly reason: string };

const PASS: GuardVerdict = { kind: 'pass' };

/** Whether a route may newly leave its primary now. Everything that gives traffic back, keeps a fallback proved or was ordered by a person passes. */
export function guard(state: LeaderState, proposal: RouteProposal, active: readonly ActiveRoute[], nowMs: number): GuardVerdict {
  if (proposal.effect !== 'override') return PASS;
  if (state.frozen !== undefined) return refuse(`frozen: ${state.frozen.reason}`);
  const others = state.recentOverrides.filter((recent) => recent.route !== proposal.route && nowMs - recent.atMs < BLAST_WINDOW_MS);
  return active.length >= SHARE_RULES_FROM_ROUTES ? guardShares(others, active) : guardProvider(others, proposal, active);
}

function guardShares(others: LeaderState['recentOverrides'], active: readonly ActiveRoute[]): GuardVerdict {
  const suspect = active.filter((route) => route.suspect).length;
  // Half of everything looking bad at once is more likely us, or one cause behind all, than half of the routes each.
  if (suspect / active.length >= COMMON_CAUSE_SHARE) return refuse(`${suspect} of ${active.length} routes look degraded at the same time: a common cause is likely, a person has to look`);
  const routes = new Set(others.map((recent) => recent.route)).size;
  const allowed = Math.max(1, Math.floor(active.length * MAX_SHARE_OF_ROUTES));
  return routes < allowed ? PASS : refuse(`blast radius: ${routes} of ${active.length} routes were overridden in the last 10 minutes, ${allowed} may be`);
}

function guardProvider(others: LeaderState['recentOverrides'], proposal: RouteProposal, active: readonly ActiveRoute[]): GuardVerdict {
  const providerOf = (name: string) => active.find((route) => route.route === name)?.primary.split('/')[0];
  const same = others.find((recent) => providerOf(recent.route) === providerOf(proposal.route));
  return same === undefined ? PASS : refuse(`blast radius: with fewer than ${SHARE_RULES_FROM_ROUTES} routes one override a provider and 10 minutes; ${same.route} was overridden`);
}

function refuse(reason: string): GuardVerdict {
  return { kind: 'refuse', reason };
}
