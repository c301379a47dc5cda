import type { SnapshotRoute } from '@understudy/contracts/snapshot';

/** What the leader remembers between its steps; committed with them. Survives JSON. */
export interface LeaderState {
  v: 1;
  /** The offset of this owner's claim. */
  epoch: number;
  version: number;
  /** Whose routes the entries are; undefined before the first turn. */
  project: string | undefined;
  entries: Record<string, SnapshotRoute>;
  frozen: { untilMs: number; reason: string } | undefined;
  recentOverrides: { route: string; atMs: number }[];
  lastPublishedMs: number;
  lastTickMs: number;
  /** Of the policy that every partition of evidence was told. */
  policyHash: string;
}

export function initialLeaderState(): LeaderState {
  return { v: 1, epoch: -1, version: 0, project: undefined, entries: Object.create(null), frozen: undefined, recentOverrides: [], lastPublishedMs: 0, lastTickMs: 0, policyHash: '' };
}

/** Route names come from the network: own keys only, also for `__proto__`. */
export function leaderStateFromJson(text: string): LeaderState {
  const state = JSON.parse(text) as LeaderState;
  state.entries = Object.assign(Object.create(null), state.entries);
  return state;
}
